//! What can go wrong with a call, and whether the server may have done it all the same.

use nekonap_wire::command::{DecodeError, Refusal, ReplyError};
use thiserror::Error;

use crate::config::ConfigError;

/// Why a call has no reply.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallError {
    /// There is no session: nothing was sent.
    #[error("not logged in, or no connection to the server")]
    Offline,
    /// No answer came in time. The server may have done it.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The connection broke before the answer came.
    #[error("the connection broke before the answer came")]
    Disconnected {
        /// Whether the request had begun to go out: the server may have done it.
        sent: bool,
    },
    /// The service refused, with its own code and text.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The answer does not decode. The server did something.
    #[error("the server's answer does not decode: {0}")]
    Malformed(String),
    /// The sign provider failed: nothing was sent.
    #[error("the request could not be signed: {0}")]
    Sign(String),
    /// Nobody is known by this number: nothing was sent.
    #[error("{0} is not known: no uid was found for it")]
    Unknown(nekonap_ids::Uin),
    /// The request cannot be made: nothing was sent.
    #[error("the request cannot be made: {0}")]
    Invalid(String),
    /// As much is waiting for answers as may: nothing was sent.
    #[error("too many requests are waiting for an answer")]
    Busy,
}

impl CallError {
    /// Whether the server may have done what was asked, so that asking again may do it twice.
    pub const fn maybe_delivered(&self) -> bool {
        match self {
            Self::TimedOut | Self::Malformed(_) => true,
            Self::Disconnected { sent } => *sent,
            Self::Offline
            | Self::Refused(_)
            | Self::Sign(_)
            | Self::Unknown(_)
            | Self::Invalid(_)
            | Self::Busy => false,
        }
    }
}

impl From<ReplyError> for CallError {
    fn from(error: ReplyError) -> Self {
        match error {
            ReplyError::Refused(refusal) => Self::Refused(refusal),
            ReplyError::Malformed(error) => error.into(),
        }
    }
}

impl From<DecodeError> for CallError {
    fn from(error: DecodeError) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// Why a message was not sent, or is not known to have been. The same as for any call: a friendlier name for it in
/// signatures; [`CallError::maybe_delivered`] says whether it may have arrived.
pub type SendError = CallError;

/// Why a client could not be started.
#[derive(Debug, Error)]
pub enum StartError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The keystore can be neither used nor moved aside.
    #[error(transparent)]
    Keystore(#[from] crate::keystore::KeystoreError),
}
