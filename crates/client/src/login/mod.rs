//! The three log-in methods: saved session, easy log-in, QR code. protocol/01 §3.
//!
//! [`online`](crate::online) tries them in this order on one [`Session`](crate::session::Session).

pub(crate) mod easy;
pub(crate) mod qr;
pub(crate) mod saved;

use std::time::{SystemTime, UNIX_EPOCH};

use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    command::DecodeError,
    crypto::KeyError,
    login::{LoginError, Refused},
    tlv::TooLong,
};
use thiserror::Error;

use crate::{error::CallError, keystore::Account};

/// The account of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// Account number.
    pub uin: Uin,
    /// Uid of the account.
    pub uid: Uid,
    /// Nickname, as of the log-in or the last received change.
    pub nickname: String,
    /// Age in years; 0 when unknown.
    pub age: u8,
    /// 1 male, 2 female, other values unknown.
    pub gender: u8,
}

impl From<&Account> for Me {
    fn from(account: &Account) -> Self {
        Self {
            uin: account.uin,
            uid: account.uid,
            nickname: account.nickname.clone(),
            age: account.age,
            gender: account.gender,
        }
    }
}

/// Why a log-in failed.
#[derive(Debug, Error)]
pub(crate) enum LogInError {
    /// A call failed: the connection broke, or a reply did not arrive.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The server refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// A reply or key of the server is invalid, or the request cannot be encoded.
    #[error("{0}")]
    Broken(String),
}

impl From<LoginError> for LogInError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Refused(refused) => Self::Refused(refused),
            LoginError::Malformed(error) => error.into(),
        }
    }
}

impl From<DecodeError> for LogInError {
    fn from(error: DecodeError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<KeyError> for LogInError {
    fn from(error: KeyError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<TooLong> for LogInError {
    fn from(error: TooLong) -> Self {
        Self::Broken(error.to_string())
    }
}

/// Current time, Unix seconds.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

/// Current time in 32 bits, as log-in bodies need it.
pub(crate) fn now32() -> u32 {
    u32::try_from(now()).unwrap_or(u32::MAX)
}
