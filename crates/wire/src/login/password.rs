//! The A1 that a client makes of a password, for an NT log-in by password. protocol/01 §3.6

use md5::{Digest, Md5};
use nekonap_ids::Uin;

use super::{Guid, envelope::short_uin};
use crate::{
    crypto::{Key, tea},
    tlv::{TooLong, Writer},
};

/// What goes into an A1 beside the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// The account.
    pub uin: Uin,
    /// The device.
    pub guid: Guid,
    /// Of the profile.
    pub app_id: u32,
    /// Unix seconds.
    pub time: u32,
    /// Random.
    pub random: u32,
    /// Random, 16 bytes.
    pub tgtgt: Key,
}

/// The client's A1 of a password.
///
/// # Errors
/// A uin beyond the 32 bits that there are for it.
pub fn client_a1(password: &[u8], about: &About) -> Result<Vec<u8>, TooLong> {
    client_a1_padded(password, about, rand::random())
}

/// [`client_a1`] under the given padding, for known answers.
///
/// # Errors
/// As [`client_a1`].
pub fn client_a1_padded(
    password: &[u8],
    about: &About,
    padding: tea::Padding,
) -> Result<Vec<u8>, TooLong> {
    let hash = Md5::digest(password);
    let key = Md5::new()
        .chain_update(hash)
        .chain_update([0; 4])
        .chain_update(short_uin(Some(about.uin))?.to_be_bytes())
        .finalize();
    let mut plain = Writer::with_capacity(128);
    plain
        .u16(4)
        .u32(about.random)
        .u32(0)
        .u32(about.app_id)
        .u32(8001)
        .u64(about.uin.get())
        .u32(about.time)
        .u32(0)
        .u8(1)
        .raw(&hash)
        .raw(&about.tgtgt)
        .u32(0)
        .u8(1)
        .raw(&about.guid.0)
        .u32(1)
        .u32(1)
        .str16(about.uin.to_string().as_bytes(), "the uin");
    Ok(tea::encrypt_padded(&key.into(), &plain.finish()?, padding))
}
