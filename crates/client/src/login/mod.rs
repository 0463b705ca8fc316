//! The three ways in: a saved session, an easy log-in, a QR code. `protocol/01` §3.

use nekonap_ids::{Uid, Uin};

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
