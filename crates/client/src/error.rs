//! Errors of calls, and whether the server may have executed the request anyway.

use nekonap_wire::command::{DecodeError, Refusal, ReplyError};
use thiserror::Error;

use crate::config::ConfigError;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallError {
    /// There is no session; nothing was sent.
    #[error("not logged in, or no connection to the server")]
    Offline,
    /// The server no longer accepts the session, with its text; it did not execute the request (protocol/01 §1.9). A new session
    /// follows.
    #[error("the session has expired: {0}")]
    Expired(String),
    /// No reply within the timeout. The server may have executed the request.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The connection broke before the reply arrived.
    #[error("the connection broke before the answer came")]
    Disconnected {
        /// Whether the request was at least partly written to the socket, so that the server may have executed it.
        sent: bool,
    },
    /// The server refused, with its code and text.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The reply cannot be decoded. The server may have executed the request.
    #[error("the server's answer does not decode: {0}")]
    Malformed(String),
    /// The sign provider failed; nothing was sent.
    #[error("the request could not be signed: {0}")]
    Sign(String),
    /// No uid was found for this account number; nothing was sent.
    #[error("{0} is not known: no uid was found for it")]
    Unknown(nekonap_ids::Uin),
    /// The request is invalid; nothing was sent.
    #[error("the request cannot be made: {0}")]
    Invalid(String),
    /// A local file that is to be uploaded cannot be read, or has changed.
    #[error("the file cannot be read: {0}")]
    File(String),
    /// The bytes of a file could not be transferred: no server took them.
    #[error("the file could not be transferred: {0}")]
    Transfer(String),
    /// Too many requests are pending; nothing was sent.
    #[error("too many requests are waiting for an answer")]
    Busy,
}

impl CallError {
    /// Whether the server may have executed the request, so that a retry may execute it twice.
    pub const fn maybe_delivered(&self) -> bool {
        match self {
            Self::TimedOut | Self::Malformed(_) => true,
            Self::Disconnected { sent } => *sent,
            Self::Offline
            | Self::Expired(_)
            | Self::Refused(_)
            | Self::Sign(_)
            | Self::Unknown(_)
            | Self::Invalid(_)
            | Self::File(_)
            | Self::Transfer(_)
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

/// Why a send failed: [`CallError`] under a clearer name. [`CallError::maybe_delivered`] returns whether the server may
/// have the message.
pub type SendError = CallError;

/// Why a client could not be started.
#[derive(Debug, Error)]
pub enum StartError {
    /// The configuration is invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The keystore can be neither read nor moved aside.
    #[error(transparent)]
    Keystore(#[from] crate::keystore::KeystoreError),
}
