//! The cryptography of the wire: QQ TEA, two elliptic curves and AES-GCM (protocol/01 §2).

pub mod gcm;
pub mod p256;
pub mod secp192k1;
pub mod tea;

use thiserror::Error;

/// Key of the TEA cipher, for example the D2 key (protocol/01 §2.1).
pub type Key = [u8; 16];

/// Key of log-in frames: sixteen zero bytes (protocol/01 §1.3).
pub const ZERO_KEY: Key = [0; 16];

/// The bytes cannot be decrypted: they are truncated, damaged or encrypted with another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the bytes cannot be decrypted")]
pub struct CipherError;

/// The bytes are not a valid key: no point of the curve, no private key in range, or a wrong length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the bytes are not a valid key")]
pub struct KeyError;
