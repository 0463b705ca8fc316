//! The hashes that name a file on the wire. `docs/protocol/03-media-and-files.md`

use md5::Md5;
use sha1::{Digest, Sha1};

/// How much of a private file its "MD5 of the first 10 MB" covers, bytes. protocol/02 §3.12
pub const PREFIX: usize = 10_002_432;

/// How many bytes are hashed at a time: both hashes read them while they are in the cache.
const PIECE: usize = 64 << 10;

/// What is known of a file by reading it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashes {
    /// Bytes.
    pub size: u64,
    /// MD5 of the whole.
    pub md5: [u8; 16],
    /// SHA-1 of the whole.
    pub sha1: [u8; 20],
    /// MD5 of the first [`PREFIX`] bytes, or of the whole if it is shorter.
    pub md5_of_prefix: [u8; 16],
}

/// Hashes a file in one pass.
pub fn hash(bytes: &[u8]) -> Hashes {
    let mut md5 = Md5::new();
    let mut sha1 = Sha1::new();
    let mut prefix = None;
    let (head, tail) = bytes.split_at(bytes.len().min(PREFIX));
    for piece in head.chunks(PIECE) {
        md5.update(piece);
        sha1.update(piece);
    }
    if !tail.is_empty() {
        prefix = Some(md5.clone().finalize().into());
    }
    for piece in tail.chunks(PIECE) {
        md5.update(piece);
        sha1.update(piece);
    }
    let whole = md5.finalize().into();
    Hashes {
        size: bytes.len() as u64,
        md5: whole,
        sha1: sha1.finalize().into(),
        md5_of_prefix: prefix.unwrap_or(whole),
    }
}
