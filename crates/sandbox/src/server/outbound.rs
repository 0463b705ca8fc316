//! Data sent to a client.

use bytes::{Bytes, BytesMut};
use nekonap_ids::Uin;
use nekonap_wire::{
    crypto::Key,
    frame::{self, FrameError, Protocol, Response, encode_response},
};

/// An entry of a client's outbound queue.
#[derive(Debug, Clone)]
pub(crate) enum Outbound {
    /// The answer to a command.
    Answer { response: Response, seal: Seal },
    /// A push, encrypted with the session's key.
    Push {
        command: &'static str,
        body: Bytes,
        uin: Uin,
        key: Key,
    },
    /// Bytes that are sent unchanged, for damaged frames.
    Raw(Bytes),
    /// Closes the connection after all earlier entries are written.
    Close,
}

/// Encryption of an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Seal {
    /// Not encrypted.
    Plain,
    /// Encrypted with a key of zeros: answers to log-in commands and to commands of ended sessions.
    Zero,
    /// Encrypted with the session's key.
    D2(Key),
}

impl Outbound {
    /// Appends the frame to `to`. `pushed` is the sequence of the last push; the sequences of pushes count down
    /// (protocol/01 §9 row 8).
    ///
    /// # Errors
    /// The data does not fit into a frame.
    pub(super) fn write(self, to: &mut BytesMut, pushed: &mut i32) -> Result<(), FrameError> {
        match self {
            Self::Answer { response, seal } => {
                let seal = match &seal {
                    Seal::Plain => frame::Seal::Plain,
                    Seal::Zero => frame::Seal::Zero,
                    Seal::D2(key) => frame::Seal::D2(key),
                };
                to.extend_from_slice(&encode_response(&response, seal, false)?);
            }
            Self::Push {
                command,
                body,
                uin,
                key,
            } => {
                *pushed = if *pushed == i32::MIN { -1 } else { *pushed - 1 };
                let response = Response {
                    sequence: *pushed,
                    code: 0,
                    extra: String::new(),
                    command: command.to_owned(),
                    uin: Some(uin),
                    protocol: Protocol::Full,
                    body,
                };
                to.extend_from_slice(&encode_response(&response, frame::Seal::D2(&key), false)?);
            }
            Self::Raw(bytes) => to.extend_from_slice(&bytes),
            Self::Close => {}
        }
        Ok(())
    }
}
