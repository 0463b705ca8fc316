//! The SSO frame: command name, sequence number, and payload or body (protocol/01 §1.4, §1.5).

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

/// Locale that clients send: Chinese (China).
pub const LOCALE: u32 = 2052;

/// Constant twelve bytes after the locale in every head.
const FIXED: [u8; 12] = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// A decrypted request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Sequence number: chosen by the client, unique among pending requests, repeated in the answer.
    pub sequence: i32,
    /// Command name.
    pub command: String,
    /// Account number; `None` ("0" on the wire) while it is unknown.
    pub uin: Option<Uin>,
    /// Header layout: 13 only for unencrypted heartbeats.
    pub protocol: Protocol,
    /// Encryption, and the ticket by which the server finds the key.
    pub encryption: Encryption,
    /// Sub app id of the client. Not in protocol 13, where it reads as 0.
    pub sub_app_id: u32,
    /// The TGT ("A2"), empty before log-in. Not in protocol 13.
    pub tgt: Bytes,
    /// Device id; `None` if the head contains neither 16 bytes nor their hex digits. Not in protocol 13.
    pub guid: Option<Guid>,
    /// Client version, such as `3.2.26-46494`. Not in protocol 13.
    pub version: String,
    /// Trace, uid and signature.
    pub reserved: Reserved,
    /// Encoded request: [`Command::encode_request`](crate::command::Command::encode_request).
    pub payload: Bytes,
}

/// A decrypted answer or push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Sequence number: for an answer that of the request; negative for a push.
    pub sequence: i32,
    /// Return code; 0 is success (protocol/01 §1.9).
    pub code: i32,
    /// Human-readable text for a code other than 0.
    pub extra: String,
    /// Name of the answered command, or of the push.
    pub command: String,
    /// Account number, as in the request.
    pub uin: Option<Uin>,
    /// Header layout, as in the request; 12 for pushes.
    pub protocol: Protocol,
    /// Encoded answer or push.
    pub body: Bytes,
}

impl Request {
    /// Encodes the unencrypted frame.
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

    /// Decodes an unencrypted frame; `outer` contains the fields of the outer packet.
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

/// Fields of a request's outer packet.
pub(super) struct Outer {
    pub(super) protocol: Protocol,
    pub(super) encryption: Encryption,
    pub(super) uin: Option<Uin>,
    /// Only in protocol 13.
    pub(super) sequence: Option<i32>,
}

impl Response {
    /// Encodes the unencrypted frame. A body that starts like a zlib stream is always compressed, because some clients
    /// inflate any body that does (protocol/01 §1.5).
    pub(super) fn encode(&self, compress: bool) -> Result<Vec<u8>, TooLong> {
        let deflated;
        let (compression, body) = if compress || looks_deflated(&self.body) {
            deflated = deflate(&self.body);
            (1, &deflated[..])
        } else {
            (0, &self.body[..])
        };
        // The last length does not count itself and is followed by more than 4 bytes: clients that count it and clients
        // that do not both read this correctly.
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

    /// Decodes an unencrypted frame. The head is cut out by its own length and read only up to `compression`, because
    /// it is unknown whether the length after it counts itself.
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

/// Constant without meaning.
const COOKIE: [u8; 4] = [1, 2, 3, 4];

/// Whether a client that guesses from the first bytes would inflate this body.
fn looks_deflated(body: &[u8]) -> bool {
    matches!(body, [0x78, 0x01 | 0x9c | 0xda, ..])
}

fn deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to a vector does not fail, so the stream is always complete.
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
    fn body_that_inflates_past_the_limit_is_rejected() {
        let bomb = deflate(&vec![0; limits::LARGEST_BODY + 1]);
        assert!(bomb.len() < 100_000);
        assert_eq!(inflate(&bomb), Err(FrameError::Inflated));
        assert_eq!(inflate(b"\x78\x9cnot zlib"), Err(FrameError::Inflate));
    }

    #[test]
    fn every_compression_method_is_read() {
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
