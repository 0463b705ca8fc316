//! The A1 that a client computes from a password, for an NT log-in by password (protocol/01 §3.6).

use md5::{Digest, Md5};
use nekonap_ids::Uin;

use super::{Guid, envelope::short_uin};
use crate::{
    crypto::{Key, tea},
    tlv::{TooLong, Writer},
};

/// Input of an A1 besides the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct A1Input {
    /// Account number.
    pub uin: Uin,
    /// Device id.
    pub guid: Guid,
    /// App id of the profile.
    pub app_id: u32,
    /// Current time, Unix seconds.
    pub time: u32,
    /// Random number.
    pub random: u32,
    /// Random key, 16 bytes.
    pub tgtgt: Key,
}

/// Computes the client's A1 from a password.
///
/// # Errors
/// [`TooLong`] if the uin does not fit into 32 bits.
pub fn client_a1(password: &[u8], input: &A1Input) -> Result<Vec<u8>, TooLong> {
    client_a1_padded(password, input, rand::random())
}

/// [`client_a1`] with the given padding, for known-answer tests.
///
/// # Errors
/// As [`client_a1`].
pub fn client_a1_padded(
    password: &[u8],
    input: &A1Input,
    padding: tea::Padding,
) -> Result<Vec<u8>, TooLong> {
    let hash = Md5::digest(password);
    let key = Md5::new()
        .chain_update(hash)
        .chain_update([0; 4])
        .chain_update(short_uin(Some(input.uin))?.to_be_bytes())
        .finalize();
    let mut plain = Writer::with_capacity(128);
    plain
        .u16(4)
        .u32(input.random)
        .u32(0)
        .u32(input.app_id)
        .u32(8001)
        .u64(input.uin.get())
        .u32(input.time)
        .u32(0)
        .u8(1)
        .raw(&hash)
        .raw(&input.tgtgt)
        .u32(0)
        .u8(1)
        .raw(&input.guid.0)
        .u32(1)
        .u32(1)
        .str16(input.uin.to_string().as_bytes(), "the uin");
    Ok(tea::encrypt_padded(&key.into(), &plain.finish()?, padding))
}
