//! The log-in: QR codes, wtlogin, the NT key exchange and the easy log-in, for client and server (protocol/01 §3).
//!
//! A client fetches a code ([`qr::encode_fetch`]), polls it ([`qr::encode_poll`]) and, once it is confirmed, logs in
//! ([`wtlogin::encode`]); each of these bodies is sent in an envelope ([`envelope::Exchange`]). With the encrypted A1
//! of a previous session it can instead exchange keys ([`exchange`]) and log in without user interaction ([`easy`]).

mod device;
pub mod easy;
pub mod envelope;
pub mod exchange;
pub mod password;
pub mod qr;
pub mod wtlogin;

use bytes::Bytes;
use thiserror::Error;

use crate::{command::DecodeError, crypto::Key};

pub use device::{Device, Guid, Profile};

/// Tickets and keys of a session. Keep the D2 key and the A1 as secret as a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Tickets {
    /// TGT ("A2"), sent in the head of every request.
    pub tgt: Bytes,
    /// D2 ticket, which identifies the session at the front of every request.
    pub d2: Bytes,
    /// Encryption key of all requests, answers and pushes of the session.
    pub d2_key: Key,
    /// The encrypted A1, for a later log-in without user interaction.
    pub a1: Bytes,
}

impl std::fmt::Debug for Tickets {
    /// Writes no secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tickets").finish_non_exhaustive()
    }
}

/// Why a log-in failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LoginError {
    /// The server refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The answer cannot be decoded.
    #[error("the answer cannot be decoded: {0}")]
    Malformed(#[from] DecodeError),
}

/// Refusal of a log-in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Error)]
#[error("log-in refused with code {code}: {title}: {text}")]
pub struct Refused {
    /// The state of `wtlogin.login`'s answer (protocol/01 §3.3.1), the result of a QR fetch, or the NT code
    /// (protocol/01 §3.6). Never 0.
    pub code: u64,
    /// Title of the error message for the user; may be empty.
    pub title: String,
    /// Text of the error message for the user; may be empty.
    pub text: String,
    /// Easy log-in: cookie for the next request of the same attempt.
    pub cookie: Option<String>,
    /// Easy log-in refused with [`easy::UNUSUAL_DEVICE`]: signature for the QR fetch that follows.
    pub unusual_device_sig: Option<Bytes>,
}
