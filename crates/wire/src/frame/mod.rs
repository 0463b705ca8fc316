//! Frames: the outer service packet, the SSO frame inside it, and the cipher between the two. protocol/01 §1
//!
//! A TCP stream is cut into frames by [`split`]. A client sends [`Request`]s ([`encode_request`]) and reads
//! [`Response`]s and pushes ([`decode_response`]); a server does the reverse ([`decode_request`], [`encode_response`]).

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

/// What is wrong with a frame. Most of these lose one frame; after a [fatal](Self::is_fatal) one the stream cannot be
/// read any further.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The length is below 4, the length of the length.
    #[error("a frame of length {0}")]
    Length(u32),
    /// The frame is longer than the limit.
    #[error("a frame of {length} bytes, over the limit of {limit}")]
    TooLarge {
        /// Its length in bytes.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Neither 12 nor 13, nor one of the elder numbers that mean 12.
    #[error("protocol number {0}")]
    Protocol(u32),
    /// Neither 0, 1 nor 2.
    #[error("encryption flag {0}")]
    Flag(u8),
    /// The D2 key is needed, and there is none: the ticket is unknown, or this side has no session.
    #[error("enciphered with the key of an unknown ticket")]
    UnknownTicket,
    /// It does not decipher with the key that its flag names.
    #[error("does not decipher")]
    Cipher,
    /// A compression that is not known.
    #[error("compression {0}")]
    Compression(u32),
    /// A compressed body that does not inflate.
    #[error("a compressed body that does not inflate")]
    Inflate,
    /// A compressed body that becomes larger than [`limits::LARGEST_BODY`].
    #[error("a compressed body that becomes too large")]
    Inflated,
    /// A layout or text inside is wrong.
    #[error(transparent)]
    Malformed(#[from] DecodeError),
    /// While encoding: a field longer than its length can say.
    #[error(transparent)]
    TooLong(#[from] TooLong),
}

impl FrameError {
    /// Whether nobody knows where the next frame begins. Otherwise this frame alone is lost.
    pub const fn is_fatal(&self) -> bool {
        matches!(self, Self::Length(_) | Self::TooLarge { .. })
    }
}

/// Takes the next whole frame off the front of what was received, without its length: `None` while it is incomplete.
///
/// Room for a frame is reserved once its length is known, in steps of a MiB at most, so that a length alone takes no
/// memory.
///
/// # Errors
/// A length below 4, or above `limit` (bytes, the length's own four included). Nothing more can be read then.
pub fn split(received: &mut BytesMut, limit: usize) -> Result<Option<Bytes>, FrameError> {
    const STEP: usize = 1024 * 1024;
    let Some(head) = received.first_chunk() else {
        return Ok(None);
    };
    let said = u32::from_be_bytes(*head);
    let length = usize::try_from(said).unwrap_or(usize::MAX);
    if length < head.len() {
        return Err(FrameError::Length(said));
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
    fn frames_come_in_any_pieces() {
        let stream = b"\0\0\0\x06ab\0\0\0\x04\0\0\0\x05c";
        let mut received = BytesMut::new();
        let mut frames = Vec::new();
        for &byte in stream {
            received.extend([byte]);
            while let Some(frame) = split(&mut received, 6).expect("sound lengths") {
                frames.push(frame);
            }
        }
        assert_eq!(frames, [&b"ab"[..], b"", b"c"]);
        assert!(received.is_empty());
    }

    #[test]
    fn an_impossible_length_is_told_at_once() {
        let mut received = BytesMut::from(&b"\0\0\0\x03"[..]);
        assert_eq!(split(&mut received, 100), Err(FrameError::Length(3)));
        let mut received = BytesMut::from(&b"\xff\xff\xff\xff"[..]);
        assert!(matches!(
            split(&mut received, limits::LARGEST_FRAME),
            Err(FrameError::TooLarge { .. })
        ));
    }

    #[test]
    fn a_promised_frame_takes_no_memory_before_it_comes() {
        let mut received = BytesMut::from(&b"\x03\xff\xff\xff"[..]);
        assert_eq!(split(&mut received, limits::LARGEST_FRAME), Ok(None));
        assert!(received.capacity() <= 2 * 1024 * 1024);
    }
}
