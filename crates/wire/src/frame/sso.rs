//! The SSO frame: which command, of which number, and what is asked or answered. protocol/01 §1.4, §1.5

use std::io::{Read, Write};

use bytes::Bytes;
use flate2::{Compression, bufread::ZlibDecoder, write::ZlibEncoder};
use nekonap_ids::Uin;

use super::{FrameError, Protocol, Reserved, limits, service::Encryption, trace_parent};
use crate::{
    command::DecodeError,
    login::Guid,
    tlv::{Reader, TooLong, Writer},
};

/// The locale that clients give: Chinese, of China.
pub const LOCALE: u32 = 2052;

/// The twelve bytes after the locale in every head.
const FIXED: [u8; 12] = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// A request, as it is before it is enciphered and after it is deciphered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Chosen by the client, unique among those in flight; the answer carries the same.
    pub sequence: i32,
    /// The command's name.
    pub command: String,
    /// The account; `None` ("0" on the wire) while it is unknown.
    pub uin: Option<Uin>,
    /// Which of the two layouts: 13 only for the plain heartbeats.
    pub protocol: Protocol,
    /// What it is enciphered with, and by which ticket the server knows.
    pub encryption: Encryption,
    /// The client's sub app id. Not in protocol 13, where it reads as 0.
    pub sub_app_id: u32,
    /// The TGT ("A2"), empty before log-in. Not in protocol 13.
    pub tgt: Bytes,
    /// The device; `None` where the head holds neither 16 bytes nor their hex digits. Not in protocol 13.
    pub guid: Option<Guid>,
    /// The client's version, as in `3.2.26-46494`. Not in protocol 13.
    pub version: String,
    /// Trace, uid and signature.
    pub reserved: Reserved,
    /// What is asked: [`Command::encode_request`](crate::command::Command::encode_request).
    pub payload: Bytes,
}

/// An answer or a push, as it is before it is enciphered and after it is deciphered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Of an answer, the request's; of a push, negative.
    pub sequence: i32,
    /// 0 when all is well (protocol/01 §1.9).
    pub code: i32,
    /// What there is to say about a code other than 0.
    pub extra: String,
    /// The command answered or pushed.
    pub command: String,
    /// The account, as the request gave it.
    pub uin: Option<Uin>,
    /// The request's protocol; 12 for pushes.
    pub protocol: Protocol,
    /// The answer or the push.
    pub body: Bytes,
}

impl Request {
    /// The frame in the clear.
    pub(super) fn encode(&self) -> Result<Vec<u8>, TooLong> {
        let mut head = Writer::with_capacity(256);
        if self.protocol == Protocol::Full {
            let guid = self.guid.map(|guid| guid.to_string()).unwrap_or_default();
            head.u32(self.sequence.cast_unsigned())
                .u32(self.sub_app_id)
                .u32(LOCALE)
                .raw(&FIXED)
                .str32p(&self.tgt, "the TGT")
                .str32p(self.command.as_bytes(), "the command")
                .str32p(b"", "the message cookie")
                .str32p(guid.as_bytes(), "the GUID")
                .str32p(b"", "an unused field")
                .str16p(self.version.as_bytes(), "the client version");
        } else {
            head.str32p(self.command.as_bytes(), "the command")
                .str32p(b"", "the message cookie");
        }
        head.str32p(&self.reserved.encode(), "the reserved field");
        let head = head.finish()?;
        let mut frame = Writer::with_capacity(head.len() + self.payload.len() + 8);
        frame
            .str32p(&head, "the SSO head")
            .str32p(&self.payload, "the payload");
        frame.finish()
    }

    /// Reads a frame in the clear; what the outer packet said comes from the caller.
    pub(super) fn decode(frame: &Bytes, outer: Outer) -> Result<Self, FrameError> {
        let mut reader = Reader::new(frame);
        let mut head = Reader::new(reader.str32p("the SSO head")?);
        let payload = frame.slice_ref(reader.str32p("the payload")?);
        let Outer {
            protocol,
            encryption,
            uin,
            sequence,
        } = outer;
        let mut request = Self {
            sequence: sequence.unwrap_or_default(),
            command: String::new(),
            uin,
            protocol,
            encryption,
            sub_app_id: 0,
            tgt: Bytes::new(),
            guid: None,
            version: String::new(),
            reserved: Reserved::default(),
            payload,
        };
        if protocol == Protocol::Full {
            request.sequence = head.u32("the sequence")?.cast_signed();
            request.sub_app_id = head.u32("the sub app id")?;
            head.bytes(4 + FIXED.len(), "the locale")?;
            request.tgt = frame.slice_ref(head.str32p("the TGT")?);
            request.command = text(head.str32p("the command")?, "the command")?;
            head.str32p("the message cookie")?;
            request.guid = Guid::read(head.str32p("the GUID")?);
            head.str32p("an unused field")?;
            request.version = text(head.str16p("the client version")?, "the client version")?;
        } else {
            request.command = text(head.str32p("the command")?, "the command")?;
            head.str32p("the message cookie")?;
        }
        request.reserved = Reserved::decode(head.str32p("the reserved field")?)?;
        Ok(request)
    }
}

/// What the outer packet of a request says.
pub(super) struct Outer {
    pub(super) protocol: Protocol,
    pub(super) encryption: Encryption,
    pub(super) uin: Option<Uin>,
    /// Of protocol 13 only.
    pub(super) sequence: Option<i32>,
}

impl Response {
    /// The frame in the clear. A body that looks like a zlib stream is compressed though nobody asked, because some
    /// clients inflate by the look of it (protocol/01 §1.5).
    pub(super) fn encode(&self, compress: bool) -> Result<Vec<u8>, TooLong> {
        let deflated;
        let (compression, body) = if compress || looks_deflated(&self.body) {
            deflated = deflate(&self.body);
            (1, &deflated[..])
        } else {
            (0, &self.body[..])
        };
        // The last length does not count itself and is followed by more than 4 bytes: every client reads that right,
        // whichever of the two meanings it gives the length.
        let reserved = Reserved {
            trace: Some(trace_parent()),
            ..Reserved::default()
        }
        .encode();
        let mut head = Writer::with_capacity(128 + self.command.len());
        head.u32(self.sequence.cast_unsigned())
            .u32(self.code.cast_unsigned())
            .str32p(self.extra.as_bytes(), "the extra text")
            .str32p(self.command.as_bytes(), "the command")
            .str32p(&COOKIE, "the message cookie")
            .u32(compression)
            .str32(&reserved, "the reserved field");
        let head = head.finish()?;
        let mut frame = Writer::with_capacity(head.len() + body.len() + 8);
        frame.str32p(&head, "the SSO head").str32p(body, "the body");
        frame.finish()
    }

    /// Reads a frame in the clear. The head is cut out by its own length and read no further than `compression`, for
    /// nobody knows whether the length after it counts itself.
    pub(super) fn decode(
        frame: &Bytes,
        protocol: Protocol,
        uin: Option<Uin>,
    ) -> Result<Self, FrameError> {
        let mut reader = Reader::new(frame);
        let mut head = Reader::new(reader.str32p("the SSO head")?);
        let body = frame.slice_ref(reader.str32p("the body")?);
        let sequence = head.u32("the sequence")?.cast_signed();
        let code = head.u32("the return code")?.cast_signed();
        let extra = String::from_utf8_lossy(head.str32p("the extra text")?).into_owned();
        let command = text(head.str32p("the command")?, "the command")?;
        head.str32p("the message cookie")?;
        let body = match head.u32("the compression")? {
            0 | 4 => body,
            1 => inflate(&body)?,
            8 => body
                .get(4..)
                .map(|rest| body.slice_ref(rest))
                .ok_or(DecodeError::Short("a body without its first 4 bytes"))?,
            other => return Err(FrameError::Compression(other)),
        };
        Ok(Self {
            sequence,
            code,
            extra,
            command,
            uin,
            protocol,
            body,
        })
    }
}

/// Of no meaning to anybody.
const COOKIE: [u8; 4] = [1, 2, 3, 4];

/// Whether a client that inflates by the look of a body would inflate this one.
fn looks_deflated(body: &[u8]) -> bool {
    matches!(body, [0x78, 0x01 | 0x9c | 0xda, ..])
}

fn deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to a vector does not fail; the stream is whole in either case.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

fn inflate(body: &[u8]) -> Result<Bytes, FrameError> {
    let limit = u64::try_from(limits::LARGEST_BODY + 1).unwrap_or(u64::MAX);
    let mut inflated = Vec::new();
    ZlibDecoder::new(body)
        .take(limit)
        .read_to_end(&mut inflated)
        .map_err(|_| FrameError::Inflate)?;
    if inflated.len() > limits::LARGEST_BODY {
        return Err(FrameError::Inflated);
    }
    Ok(inflated.into())
}

fn text(bytes: &[u8], what: &'static str) -> Result<String, DecodeError> {
    std::str::from_utf8(bytes)
        .map(str::to_owned)
        .map_err(|_| DecodeError::Invalid(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_inflates_beyond_reason_is_refused() {
        let bomb = deflate(&vec![0; limits::LARGEST_BODY + 1]);
        assert!(bomb.len() < 100_000);
        assert_eq!(inflate(&bomb), Err(FrameError::Inflated));
        assert_eq!(inflate(b"\x78\x9cnot zlib"), Err(FrameError::Inflate));
    }

    #[test]
    fn every_compression_is_read() {
        let plain = Response {
            sequence: 1,
            code: 0,
            extra: String::new(),
            command: "x".into(),
            uin: None,
            protocol: Protocol::Full,
            body: Bytes::from_static(b"\x78\x9c, by chance"),
        };
        for compress in [false, true] {
            let frame = Bytes::from(plain.encode(compress).expect("short"));
            assert_eq!(
                Response::decode(&frame, Protocol::Full, None),
                Ok(plain.clone())
            );
        }
    }
}
