//! The outer service packet: protocol number, encryption, ticket and uin around an SSO frame (protocol/01 §1.3).

use bytes::Bytes;
use nekonap_ids::Uin;

use super::{
    FrameError,
    limits::LARGEST_FRAME,
    sso::{Outer, Request, Response},
};
use crate::{
    command::Header,
    crypto::{Key, ZERO_KEY, tea},
    tlv::{Reader, Writer},
};

/// Header layout of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// 12: the full header. The older numbers 10 and 11 are read as 12.
    Full,
    /// 13: the simple header of unencrypted heartbeats.
    Simple,
}

impl From<Header> for Protocol {
    fn from(header: Header) -> Self {
        match header {
            Header::Session | Header::LogIn => Self::Full,
            Header::Plain => Self::Simple,
        }
    }
}

impl Protocol {
    const fn number(self) -> u32 {
        match self {
            Self::Full => 12,
            Self::Simple => 13,
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, FrameError> {
        match reader.u32("the protocol number")? {
            10..=12 => Ok(Self::Full),
            13 => Ok(Self::Simple),
            other => Err(FrameError::Protocol(other)),
        }
    }
}

/// Encryption of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encryption {
    /// Not encrypted (flag 0).
    Plain,
    /// Encrypted with sixteen zero bytes (flag 2): the log-in.
    Zero,
    /// Encrypted with the key that belongs to this D2 ticket (flag 1).
    D2(Bytes),
}

impl Encryption {
    /// Encryption of a command with this header, in the session with this ticket.
    pub fn of(header: Header, d2: &Bytes) -> Self {
        match header {
            Header::Session => Self::D2(d2.clone()),
            Header::LogIn => Self::Zero,
            Header::Plain => Self::Plain,
        }
    }
}

/// Encryption of an answer or a push. An answer has the encryption of its request, except that an answer about a dead
/// session uses [`Zero`](Self::Zero); a push uses the session's key (protocol/01 §1.8, §1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal<'a> {
    /// Not encrypted (flag 0).
    Plain,
    /// Encrypted with sixteen zero bytes (flag 2).
    Zero,
    /// Encrypted with the session's D2 key (flag 1).
    D2(&'a Key),
}

/// Encodes a complete request frame, its length included.
///
/// # Errors
/// [`FrameError::UnknownTicket`] if a key is needed and not given, [`FrameError::TooLarge`] and [`FrameError::TooLong`]
/// if the frame or a field does not fit.
pub fn encode_request(request: &Request, d2_key: Option<&Key>) -> Result<Bytes, FrameError> {
    let (seal, ticket) = match &request.encryption {
        Encryption::Plain => (Seal::Plain, &[][..]),
        Encryption::Zero => (Seal::Zero, &[][..]),
        Encryption::D2(ticket) => {
            let key = d2_key.ok_or(FrameError::UnknownTicket)?;
            (Seal::D2(key), &ticket[..])
        }
    };
    let (flag, sso) = seal.apply(request.encode()?);
    let mut frame = Writer::with_capacity(sso.len() + ticket.len() + 64);
    frame.u32(0).u32(request.protocol.number()).u8(flag);
    match request.protocol {
        Protocol::Full => frame.str32p(ticket, "the D2 ticket"),
        Protocol::Simple => frame.u32(request.sequence.cast_unsigned()),
    };
    finish(frame, request.uin, &sso)
}

/// Decodes a frame that a client sent, without its length, as [`split`](super::split) returns it. `d2_key` looks up the
/// key of a ticket. A server also keeps the keys of dead sessions, so that it can answer that they are dead
/// (protocol/01 §1.9).
///
/// # Errors
/// [`FrameError::UnknownTicket`] if `d2_key` finds no key: no answer is possible and the connection must be closed. Any
/// other [`FrameError`] if the frame is invalid.
pub fn decode_request(
    frame: &Bytes,
    d2_key: impl FnOnce(&[u8]) -> Option<Key>,
) -> Result<Request, FrameError> {
    let mut reader = Reader::new(frame);
    let protocol = Protocol::read(&mut reader)?;
    let flag = reader.u8("the encryption flag")?;
    let (ticket, sequence) = match protocol {
        Protocol::Full => (reader.str32p("the D2 ticket")?, None),
        Protocol::Simple => (&[][..], Some(reader.u32("the sequence")?.cast_signed())),
    };
    let uin = read_uin(&mut reader)?;
    let rest = frame.slice_ref(reader.rest());
    let (encryption, sso) = match flag {
        0 => (Encryption::Plain, rest),
        1 => {
            let key = d2_key(ticket).ok_or(FrameError::UnknownTicket)?;
            (Encryption::D2(frame.slice_ref(ticket)), open(&key, &rest)?)
        }
        2 => (Encryption::Zero, open(&ZERO_KEY, &rest)?),
        other => return Err(FrameError::Flag(other)),
    };
    Request::decode(
        &sso,
        Outer {
            protocol,
            encryption,
            uin,
            sequence,
        },
    )
}

/// Encodes a complete frame of an answer or a push, its length included. With `compress` the body is sent as a zlib
/// stream.
///
/// # Errors
/// [`FrameError::TooLarge`] and [`FrameError::TooLong`] if the frame or a field does not fit.
pub fn encode_response(
    response: &Response,
    seal: Seal<'_>,
    compress: bool,
) -> Result<Bytes, FrameError> {
    let (flag, sso) = seal.apply(response.encode(compress)?);
    let mut frame = Writer::with_capacity(sso.len() + 64);
    frame.u32(0).u32(response.protocol.number()).u8(flag);
    finish(frame, response.uin, &sso)
}

/// Decodes a frame that the server sent, without its length, as [`split`](super::split) returns it.
///
/// # Errors
/// [`FrameError::UnknownTicket`] if the frame is encrypted with the session's key and `d2_key` is `None`. Any other
/// [`FrameError`] if the frame is invalid.
pub fn decode_response(frame: &Bytes, d2_key: Option<&Key>) -> Result<Response, FrameError> {
    let mut reader = Reader::new(frame);
    let protocol = Protocol::read(&mut reader)?;
    let flag = reader.u8("the encryption flag")?;
    let uin = read_uin(&mut reader)?;
    let rest = frame.slice_ref(reader.rest());
    let sso = match flag {
        0 => rest,
        1 => open(d2_key.ok_or(FrameError::UnknownTicket)?, &rest)?,
        2 => open(&ZERO_KEY, &rest)?,
        other => return Err(FrameError::Flag(other)),
    };
    Response::decode(&sso, protocol, uin)
}

impl Seal<'_> {
    /// The encryption flag and the encrypted SSO frame.
    fn apply(self, sso: Vec<u8>) -> (u8, Vec<u8>) {
        match self {
            Self::Plain => (0, sso),
            Self::D2(key) => (1, tea::encrypt(key, &sso)),
            Self::Zero => (2, tea::encrypt(&ZERO_KEY, &sso)),
        }
    }
}

fn open(key: &Key, cipher: &[u8]) -> Result<Bytes, FrameError> {
    tea::decrypt(key, cipher).map_err(|_| FrameError::Cipher)
}

/// Appends the zero byte, the uin and the SSO frame, then writes the length at the front.
fn finish(mut frame: Writer, uin: Option<Uin>, sso: &[u8]) -> Result<Bytes, FrameError> {
    let uin = uin.map_or_else(|| "0".to_owned(), |uin| uin.to_string());
    frame.u8(0).str32p(uin.as_bytes(), "the uin").raw(sso);
    let mut bytes = frame.finish()?;
    let length = bytes.len();
    let total = u32::try_from(length)
        .ok()
        .filter(|_| length <= LARGEST_FRAME)
        .ok_or(FrameError::TooLarge {
            length,
            limit: LARGEST_FRAME,
        })?;
    if let Some(head) = bytes.first_chunk_mut() {
        *head = total.to_be_bytes();
    }
    Ok(bytes.into())
}

/// Reads the zero byte and the uin. A text that is not an account number ("0" before log-in) reads as `None`.
fn read_uin(reader: &mut Reader<'_>) -> Result<Option<Uin>, FrameError> {
    reader.u8("a zero byte")?;
    let text = reader.str32p("the uin")?;
    Ok(std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse().ok()))
}
