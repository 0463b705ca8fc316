//! The hashes that identify a file on the wire (`docs/protocol/03-media-and-files.md`).

use md5::Md5;
use sha1::{Digest, Sha1};

/// Number of bytes that the "MD5 of the first 10 MB" of a private file covers (protocol/02 §3.12).
pub const PREFIX: usize = 10_002_432;

/// Number of bytes hashed at a time. All hashes read a chunk while it is in the CPU cache.
const CHUNK: usize = 64 << 10;

/// Size and hashes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashes {
    /// Size in bytes.
    pub size: u64,
    /// MD5 of the file.
    pub md5: [u8; 16],
    /// SHA-1 of the file.
    pub sha1: [u8; 20],
    /// MD5 of the first [`PREFIX`] bytes, or of the file if it is shorter.
    pub md5_of_prefix: [u8; 16],
}

/// Computes all hashes of a file in one pass.
pub fn hash(bytes: &[u8]) -> Hashes {
    let mut md5 = Md5::new();
    let mut sha1 = Sha1::new();
    let mut prefix = None;
    let (head, tail) = bytes.split_at(bytes.len().min(PREFIX));
    for chunk in head.chunks(CHUNK) {
        md5.update(chunk);
        sha1.update(chunk);
    }
    if !tail.is_empty() {
        prefix = Some(md5.clone().finalize().into());
    }
    for chunk in tail.chunks(CHUNK) {
        md5.update(chunk);
        sha1.update(chunk);
    }
    let whole = md5.finalize().into();
    Hashes {
        size: bytes.len() as u64,
        md5: whole,
        sha1: sha1.finalize().into(),
        md5_of_prefix: prefix.unwrap_or(whole),
    }
}
