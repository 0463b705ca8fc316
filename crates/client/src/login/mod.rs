//! The three ways in: a saved session, an easy log-in, a QR code. protocol/01 §3.
//!
//! Each is one function over an anonymous [`Session`](crate::session::Session); [`online`](crate::online) tries them in
//! this order.

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

/// The account this client is logged in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// Its number.
    pub uin: Uin,
    /// Its uid.
    pub uid: Uid,
    /// Its nickname, as of the log-in or of the last change heard of.
    pub nickname: String,
    /// Years, 0 when unknown.
    pub age: u8,
    /// 1 male, 2 female, else unknown.
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

/// Why a way in did not lead in.
#[derive(Debug, Error)]
pub(crate) enum LogInError {
    /// The way is open, but not now: the connection broke, or nobody answered.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The server said no.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The server's answer, its key, or our own request makes no sense.
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

/// The time, in unix seconds.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

/// The time in the 32 bits that log-in bodies have for it.
pub(crate) fn now32() -> u32 {
    u32::try_from(now()).unwrap_or(u32::MAX)
}
