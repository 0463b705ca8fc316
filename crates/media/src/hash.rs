//! The hashes that identify a file on the wire (protocol/03 §1.1, §3.6).

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

use md5::Md5;
use sha1::{Digest, Sha1, digest::common::hazmat::SerializableState};

/// Number of bytes that the "MD5 of the first 10 MB" of a private file covers (protocol/03 §1.1).
pub const PREFIX: u64 = 10_002_432;

/// Size of a block of an upload in bytes (protocol/03 §3.6).
pub const BLOCK: u64 = 1 << 20;

/// Number of bytes hashed at a time. All hashes read a chunk while it is in the CPU cache.
const CHUNK: usize = 64 << 10;

/// Up to this size `tri_sha1` covers the whole file.
const SAMPLED: u64 = 30 << 20;
/// Size of each of the three samples of a larger file.
const SAMPLE: u64 = 10 << 20;

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

/// The SHA-1 states at the ends of the blocks of a file, which some uploads send (protocol/03 §3.6). They are five words in
/// little-endian order, without padding, so they are not the hashes of the blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockStates {
    /// The states at every multiple of [`BLOCK`].
    states: Vec<[u8; 20]>,
    /// SHA-1 of the file.
    digest: [u8; 20],
    /// Whether the last state is at the end of the file.
    ends_at_block: bool,
}

impl BlockStates {
    /// The list of a video: a state for each whole block, then the hash of the file.
    pub fn for_highway(&self) -> Vec<[u8; 20]> {
        let mut list = self.states.clone();
        list.push(self.digest);
        list
    }

    /// The list of an upload in slices (protocol/03 §4): one entry for each block, of which the last is the hash of the file.
    pub fn for_slices(&self) -> Vec<[u8; 20]> {
        let mut list = self.for_highway();
        if self.ends_at_block {
            list.remove(list.len() - 2);
        }
        list
    }
}

/// Computes all hashes of a file in one pass, piece by piece.
#[derive(Clone, Default)]
pub struct Hasher {
    md5: Md5,
    sha1: Sha1,
    size: u64,
    md5_of_prefix: Option<[u8; 16]>,
    states: Vec<[u8; 20]>,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Hasher {
    /// A hasher that has read nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next bytes of the file.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let to_block = BLOCK - self.size % BLOCK;
            let to_prefix = match PREFIX.checked_sub(self.size) {
                None | Some(0) => u64::MAX,
                Some(rest) => rest,
            };
            let until = usize::try_from(to_block.min(to_prefix)).unwrap_or(usize::MAX);
            let (now, rest) = bytes.split_at(bytes.len().min(until).min(CHUNK));
            self.md5.update(now);
            self.sha1.update(now);
            self.size += now.len() as u64;
            if self.size == PREFIX {
                self.md5_of_prefix = Some(self.md5.clone().finalize().into());
            }
            if self.size.is_multiple_of(BLOCK) {
                self.states.push(self.state());
            }
            bytes = rest;
        }
    }

    /// Number of bytes so far.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The chaining words of SHA-1, each little-endian. Valid at the end of a block of 64 bytes.
    fn state(&self) -> [u8; 20] {
        let mut words = [0; 20];
        // The serialized form begins with the words.
        words.copy_from_slice(&self.sha1.serialize()[..20]);
        words
    }

    /// The hashes of what was added.
    pub fn finish(self) -> (Hashes, BlockStates) {
        let md5 = self.md5.finalize().into();
        let sha1: [u8; 20] = self.sha1.finalize().into();
        let hashes = Hashes {
            size: self.size,
            md5,
            sha1,
            md5_of_prefix: self.md5_of_prefix.unwrap_or(md5),
        };
        let states = BlockStates {
            states: self.states,
            digest: sha1,
            ends_at_block: self.size > 0 && self.size.is_multiple_of(BLOCK),
        };
        (hashes, states)
    }
}

/// The hashes of bytes in memory.
pub fn hash(bytes: &[u8]) -> Hashes {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    hasher.finish().0
}

/// The hashes of everything that a reader returns.
///
/// # Errors
/// The reader fails.
pub fn hash_reader(mut reader: impl Read) -> io::Result<(Hashes, BlockStates)> {
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; CHUNK];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finish()),
            Ok(read) => hasher.update(&buffer[..read]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// SHA-1 of the file, or of three samples of a file over 30 MiB, followed by its size (protocol/03 §1.1, `tri_sha1`).
///
/// # Errors
/// The reader fails, or it has fewer bytes than `size`.
pub fn tri_sha1(mut reader: impl Read + Seek, size: u64) -> io::Result<[u8; 20]> {
    let samples = if size <= SAMPLED {
        vec![(0, size)]
    } else {
        let starts = [0, size / 2 - SAMPLE / 2, size - SAMPLE];
        starts.map(|start| (start, SAMPLE)).to_vec()
    };
    let mut sha1 = Sha1::new();
    let mut buffer = vec![0; CHUNK];
    for (start, mut left) in samples {
        reader.seek(SeekFrom::Start(start))?;
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            reader.read_exact(&mut buffer[..wanted])?;
            sha1.update(&buffer[..wanted]);
            left -= wanted as u64;
        }
    }
    sha1.update(size.to_le_bytes());
    Ok(sha1.finalize().into())
}
