//! ECDH on P-256: the key exchange of the NT log-in, and the second form of the wtlogin envelope (protocol/01 §2.3).

use md5::{Digest, Md5};
use p256::{NonZeroScalar, PublicKey, Sec1Point, ecdh::diffie_hellman, elliptic_curve::Generate};

use super::{Key, KeyError};

/// Uncompressed public key: `04`, x, y.
pub type Public = [u8; 65];

/// Public key of the QQ servers for the NT log-in (protocol/01 §2.3).
pub const PRODUCTION: Public = const_hex(
    b"049D1423332735980EDABE7E9EA451B3395B6F35250DB8FC56F25889F628CBAE3E8E73077914071EEEBC108F4E0170057792BB17AA303AF652313D17C1AC815E79",
);

/// Public key of the QQ servers for form 2 of the wtlogin envelope, key version 1 (protocol/01 §2.3).
pub const PRODUCTION_WTLOGIN: Public = const_hex(
    b"04EBCA94D733E399B2DB96EACDD3F69A8BB0F74224E2B44E3357812211D2E62EFBC91BB553098E25E33A799ADC7F76FEB208DA7C6522CDB0719A305180CC54A82E",
);

/// Private key.
#[derive(Clone)]
pub struct Private(NonZeroScalar);

impl Private {
    /// Generates a random key.
    pub fn random() -> Self {
        Self(NonZeroScalar::generate())
    }

    /// Reads a key from its big-endian bytes.
    ///
    /// # Errors
    /// [`KeyError`] if the number is zero or not below the order of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        Option::from(NonZeroScalar::from_repr((*bytes).into()))
            .map(Self)
            .ok_or(KeyError)
    }

    /// The key as big-endian bytes, for a server that stores it. Keep them as secret as a password.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// The public key that belongs to this key.
    pub fn public(&self) -> Public {
        let point = Sec1Point::from(PublicKey::from_secret_scalar(&self.0));
        let mut bytes = [0; 65];
        bytes.copy_from_slice(point.as_bytes());
        bytes
    }

    /// The x coordinate of the point shared with `theirs`, used as an AES-256 key without hashing.
    ///
    /// # Errors
    /// [`KeyError`] if `theirs` is not a point of the curve.
    pub fn shared(&self, theirs: &[u8]) -> Result<[u8; 32], KeyError> {
        let theirs = PublicKey::from_sec1_bytes(theirs).map_err(|_| KeyError)?;
        let shared = diffie_hellman(self.0, theirs.as_affine());
        Ok((*shared.raw_secret_bytes()).into())
    }

    /// The key of form 2 of the wtlogin envelope: MD5 of the first 16 bytes of x.
    ///
    /// # Errors
    /// [`KeyError`] if `theirs` is not a point of the curve.
    pub fn share_key(&self, theirs: &[u8]) -> Result<Key, KeyError> {
        let shared = self.shared(theirs)?;
        let (first, _) = shared.split_at(16);
        Ok(Md5::digest(first).into())
    }
}

/// Decodes hex digits at compile time.
pub(super) const fn const_hex<const N: usize>(text: &[u8]) -> [u8; N] {
    assert!(text.len() == 2 * N, "two digits per byte");
    let mut bytes = [0; N];
    let mut index = 0;
    while index < N {
        bytes[index] = digit(text[2 * index]) << 4 | digit(text[2 * index + 1]);
        index += 1;
    }
    bytes
}

const fn digit(character: u8) -> u8 {
    match character {
        b'0'..=b'9' => character - b'0',
        b'A'..=b'F' => character - b'A' + 10,
        _ => panic!("not a hexadecimal digit"),
    }
}
