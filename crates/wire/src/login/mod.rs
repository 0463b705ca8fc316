//! The log-in: QR codes, wtlogin, the NT key exchange and the easy log-in, client's and server's side of each.
//! protocol/01 §3
//!
//! A client fetches a code ([`qr::encode_fetch`]), polls it ([`qr::encode_poll`]) and, once it is confirmed, logs in
//! ([`wtlogin::encode`]); each of these bodies goes into an envelope ([`envelope::Exchange`]). With the encrypted A1
//! of an elder session it may instead exchange keys ([`exchange`]) and log in without a person ([`easy`]).

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

/// What makes a session. The D2 key and the A1 are as good as a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Tickets {
    /// Goes into the head of every request ("A2").
    pub tgt: Bytes,
    /// Names the session in front of every request.
    pub d2: Bytes,
    /// Enciphers everything in the session.
    pub d2_key: Key,
    /// The encrypted A1: with it a later log-in needs no person.
    pub a1: Bytes,
}

impl std::fmt::Debug for Tickets {
    /// Tells nothing that must not be logged.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tickets").finish_non_exhaustive()
    }
}

/// Why a log-in did not come about.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LoginError {
    /// The server refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Its answer does not decode.
    #[error("an answer that does not decode: {0}")]
    Malformed(#[from] DecodeError),
}

/// The server's refusal of a log-in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Error)]
#[error("log-in refused with code {code}: {title}: {text}")]
pub struct Refused {
    /// The state of `wtlogin.login`'s answer (protocol/01 §3.3.1), the result of a QR fetch, or the NT code (protocol/01 §3.6).
    /// Never 0.
    pub code: u64,
    /// A heading for people; may be empty.
    pub title: String,
    /// A text for people; may be empty.
    pub text: String,
    /// Of an easy log-in: the cookie for the next request of the same attempt.
    pub cookie: Option<String>,
    /// Of an easy log-in refused with [`easy::UNUSUAL_DEVICE`]: what the QR fetch that follows must carry.
    pub unusual_device_sig: Option<Bytes>,
}
