//! Frames: the outer service packet, the SSO frame inside it, and the encryption between the two (protocol/01 §1).
//!
//! [`split`] cuts a TCP stream into frames. A client sends [`Request`]s ([`encode_request`]) and reads [`Response`]s,
//! which are answers or pushes ([`decode_response`]); a server does the reverse ([`decode_request`],
//! [`encode_response`]).

pub mod limits;
mod reserved;
mod service;
mod sso;

use bytes::{Buf, Bytes, BytesMut};
use thiserror::Error;

use crate::{command::DecodeError, tlv::TooLong};

pub use reserved::{Reserved, Signature, trace_parent};
pub use service::{
    Encryption, Protocol, Seal, decode_request, decode_response, encode_request, encode_response,
};
pub use sso::{LOCALE, Request, Response};

/// Why a frame is invalid. Most errors concern one frame; after a [fatal](Self::is_fatal) one the rest of the stream
/// cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The length is below 4, the size of the length field.
    #[error("a frame of length {0}")]
    Length(u32),
    /// The frame is longer than the limit.
    #[error("a frame of {length} bytes, over the limit of {limit}")]
    TooLarge {
        /// Length of the frame in bytes.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The protocol number is neither 12 nor 13, nor one of the older numbers that mean 12.
    #[error("protocol number {0}")]
    Protocol(u32),
    /// The encryption flag is not 0, 1 or 2.
    #[error("encryption flag {0}")]
    Flag(u8),
    /// The D2 key is needed and not known: the ticket is unknown, or this side has no session.
    #[error("encrypted with the key of an unknown ticket")]
    UnknownTicket,
    /// The frame cannot be decrypted with the key that its flag selects.
    #[error("cannot be decrypted")]
    Cipher,
    /// The compression method is unknown.
    #[error("compression {0}")]
    Compression(u32),
    /// The compressed body is not a valid stream.
    #[error("the compressed body is invalid")]
    Inflate,
    /// The decompressed body is larger than [`limits::LARGEST_BODY`].
    #[error("the decompressed body is too large")]
    Inflated,
    /// A field inside the frame is malformed.
    #[error(transparent)]
    Malformed(#[from] DecodeError),
    /// While encoding: a field is longer than its length field can express.
    #[error(transparent)]
    TooLong(#[from] TooLong),
}

impl FrameError {
    /// Whether the start of the next frame is unknown. Otherwise only this frame is lost.
    pub const fn is_fatal(&self) -> bool {
        matches!(self, Self::Length(_) | Self::TooLarge { .. })
    }
}

/// Takes the next complete frame, without its length, from the front of `received`; `None` while it is incomplete.
///
/// Space for a frame is reserved once its length is known, in steps of at most 1 MiB, so that a length alone does not
/// allocate much memory.
///
/// # Errors
/// [`FrameError::Length`] if the length is below 4, [`FrameError::TooLarge`] if it is above `limit` (in bytes, length
/// field included). The rest of the stream cannot be read then.
pub fn split(received: &mut BytesMut, limit: usize) -> Result<Option<Bytes>, FrameError> {
    const STEP: usize = 1024 * 1024;
    let Some(head) = received.first_chunk() else {
        return Ok(None);
    };
    let announced = u32::from_be_bytes(*head);
    let length = usize::try_from(announced).unwrap_or(usize::MAX);
    if length < head.len() {
        return Err(FrameError::Length(announced));
    }
    if length > limit {
        return Err(FrameError::TooLarge { length, limit });
    }
    if received.len() < length {
        received.reserve((length - received.len()).min(STEP));
        return Ok(None);
    }
    let mut frame = received.split_to(length).freeze();
    frame.advance(4);
    Ok(Some(frame))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_split_from_any_chunks() {
        let stream = b"\0\0\0\x06ab\0\0\0\x04\0\0\0\x05c";
        let mut received = BytesMut::new();
        let mut frames = Vec::new();
        for &byte in stream {
            received.extend([byte]);
            while let Some(frame) = split(&mut received, 6).expect("valid lengths") {
                frames.push(frame);
            }
        }
        assert_eq!(frames, [&b"ab"[..], b"", b"c"]);
        assert!(received.is_empty());
    }

    #[test]
    fn invalid_length_fails_at_once() {
        let mut received = BytesMut::from(&b"\0\0\0\x03"[..]);
        assert_eq!(split(&mut received, 100), Err(FrameError::Length(3)));
        let mut received = BytesMut::from(&b"\xff\xff\xff\xff"[..]);
        assert!(matches!(
            split(&mut received, limits::LARGEST_FRAME),
            Err(FrameError::TooLarge { .. })
        ));
    }

    #[test]
    fn length_alone_does_not_allocate_the_frame() {
        let mut received = BytesMut::from(&b"\x03\xff\xff\xff"[..]);
        assert_eq!(split(&mut received, limits::LARGEST_FRAME), Ok(None));
        assert!(received.capacity() <= 2 * 1024 * 1024);
    }
}
