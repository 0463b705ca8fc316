//! ECDH on secp192k1, y² = x³ + 3: the key of the wtlogin envelope (protocol/01 §2.2).
//!
//! No crate offers this curve (96-bit strength), so it is declared here on top of `primeorder`.

mod curve;

use elliptic_curve::{
    Generate, NonZeroScalar, PublicKey,
    point::AffineCoordinates,
    sec1::{FromSec1Point, Sec1Point, ToSec1Point},
};
use md5::{Digest, Md5};

use self::curve::Secp192k1;
use super::{Key, KeyError, p256::const_hex};

/// Uncompressed public key: `04`, x, y.
pub type Public = [u8; 49];

/// Compressed public key, as a client sends it: `02` or `03`, x.
pub type Compressed = [u8; 25];

/// Public key of the QQ servers (protocol/01 §2.2).
pub const PRODUCTION: Public = const_hex(
    b"04928D8850673088B343264E0C6BACB8496D697799F37211DEB25BB73906CB089FEA9639B4E0260498B51A992D50813DA8",
);

/// Private key.
#[derive(Clone)]
pub struct Private(NonZeroScalar<Secp192k1>);

impl Private {
    /// Generates a random key.
    pub fn random() -> Self {
        Self(NonZeroScalar::generate())
    }

    /// Reads a key from its big-endian bytes.
    ///
    /// # Errors
    /// [`KeyError`] if the number is zero or not below the order of the curve.
    pub fn from_bytes(bytes: &[u8; 24]) -> Result<Self, KeyError> {
        Option::from(NonZeroScalar::from_repr((*bytes).into()))
            .map(Self)
            .ok_or(KeyError)
    }

    /// The key as big-endian bytes, for a server that stores it. Keep them as secret as a password.
    pub fn to_bytes(&self) -> [u8; 24] {
        self.0.to_bytes().into()
    }

    /// The public key that belongs to this key, uncompressed.
    pub fn public(&self) -> Public {
        let mut bytes = [0; 49];
        bytes.copy_from_slice(self.point(false).as_bytes());
        bytes
    }

    /// The public key that belongs to this key, compressed.
    pub fn compressed(&self) -> Compressed {
        let mut bytes = [0; 25];
        bytes.copy_from_slice(self.point(true).as_bytes());
        bytes
    }

    /// The share key: MD5 of the x coordinate of the point shared with `theirs`, which may be compressed or not. The
    /// sign of a compressed key does not matter, because only x is used.
    ///
    /// # Errors
    /// [`KeyError`] if `theirs` is not a point of the curve.
    pub fn share_key(&self, theirs: &[u8]) -> Result<Key, KeyError> {
        let point = Sec1Point::<Secp192k1>::from_bytes(theirs).map_err(|_| KeyError)?;
        let theirs: PublicKey<Secp192k1> =
            Option::from(PublicKey::from_sec1_point(&point)).ok_or(KeyError)?;
        let shared = (theirs.to_projective() * *self.0).to_affine();
        Ok(Md5::digest(shared.x()).into())
    }

    fn point(&self, compressed: bool) -> Sec1Point<Secp192k1> {
        PublicKey::from_secret_scalar(&self.0).to_sec1_point(compressed)
    }
}
