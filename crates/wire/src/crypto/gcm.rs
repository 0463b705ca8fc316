//! AES-GCM as the NT log-in uses it: `IV(12) ‖ cipher text ‖ tag(16)`, no additional data (protocol/01 §2.4).

use aes_gcm::{
    Aes128Gcm, Aes256Gcm, KeyInit,
    aead::{Aead, AeadCore, Nonce, array::typenum::U12},
};

use super::{CipherError, KeyError};

/// Initialization vector: 12 random bytes, new for every message.
pub type Iv = [u8; 12];

/// Encrypts with a random IV.
///
/// # Errors
/// [`KeyError`] if the key is neither 16 nor 32 bytes long.
pub fn seal(key: &[u8], plain: &[u8]) -> Result<Vec<u8>, KeyError> {
    seal_with(key, rand::random(), plain)
}

/// Encrypts with the given IV, for known-answer tests.
///
/// # Errors
/// [`KeyError`] if the key is neither 16 nor 32 bytes long.
pub fn seal_with(key: &[u8], iv: Iv, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
    fn run<C: KeyInit + Aead + AeadCore<NonceSize = U12>>(
        key: &[u8],
        iv: Iv,
        plain: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let cipher = C::new_from_slice(key).map_err(|_| KeyError)?;
        let sealed = cipher
            .encrypt(&Nonce::<C>::from(iv), plain)
            .map_err(|_| KeyError)?;
        Ok([&iv[..], &sealed].concat())
    }
    match key.len() {
        16 => run::<Aes128Gcm>(key, iv, plain),
        _ => run::<Aes256Gcm>(key, iv, plain),
    }
}

/// Decrypts and checks the tag.
///
/// # Errors
/// [`CipherError`] if the bytes are too short, damaged or encrypted with another key.
pub fn open(key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CipherError> {
    fn run<C: KeyInit + Aead + AeadCore<NonceSize = U12>>(
        key: &[u8],
        iv: Iv,
        sealed: &[u8],
    ) -> Result<Vec<u8>, CipherError> {
        let cipher = C::new_from_slice(key).map_err(|_| CipherError)?;
        cipher
            .decrypt(&Nonce::<C>::from(iv), sealed)
            .map_err(|_| CipherError)
    }
    let (iv, sealed) = sealed.split_first_chunk().ok_or(CipherError)?;
    match key.len() {
        16 => run::<Aes128Gcm>(key, *iv, sealed),
        _ => run::<Aes256Gcm>(key, *iv, sealed),
    }
}
