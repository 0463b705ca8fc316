//! The cryptography of the wire: QQ TEA, two elliptic curves, AES-GCM. protocol/01 §2.

pub mod gcm;
pub mod p256;
pub mod secp192k1;
pub mod tea;

use thiserror::Error;

/// The key of every TEA cipher here, the D2 key among them. protocol/01 §2.1
pub type Key = [u8; 16];

/// The key of log-in frames: sixteen zero bytes. protocol/01 §1.3
pub const ZERO_KEY: Key = [0; 16];

/// Bytes that do not decipher: cut short, damaged, or under another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("bytes that do not decipher")]
pub struct CipherError;

/// Bytes that are no public key of the curve, or no private one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("bytes that are no key of the curve")]
pub struct KeyError;
