//! Uploads that are not complete: the files that the world waits for, and the pieces that have come. Kept in memory only.

use std::{
    collections::{HashMap, VecDeque},
    io::{self, Read, Seek, SeekFrom, Write},
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use nekonap_ids::Uin;
use nekonap_media::{BlockStates, Hasher, Hashes};

use super::disk::{NewFile, Sha1};

/// Maximum number of files that the world waits for; older ones are forgotten.
const MAX_EXPECTED: usize = 10_000;
/// Maximum number of files whose pieces are arriving; the one that has waited longest is dropped.
const MAX_PARTIAL: usize = 128;
/// Maximum number of gaps between the pieces of a file.
const MAX_GAPS: usize = 1_024;
/// Bytes that are read at a time to hash pieces that came early.
const CHUNK: usize = 64 << 10;

/// A file that an account may upload with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) account: Uin,
    /// What the file is for (protocol/03 §3.5).
    pub(crate) command_id: u32,
    pub(crate) md5: [u8; 16],
    pub(crate) sha1: Sha1,
    /// Bytes.
    pub(crate) size: u64,
    /// When the key lapses, Unix seconds.
    pub(crate) expires: u64,
}

/// The account, what the file is for, and its MD5.
pub(crate) type UploadId = (Uin, u32, [u8; 16]);

/// All uploads.
#[derive(Default)]
pub(crate) struct Uploads {
    expected: HashMap<String, Expected>,
    order: VecDeque<String>,
    partial: Vec<(UploadId, Arc<Partial>)>,
}

impl Uploads {
    /// Waits for a file. Returns the key of its upload.
    pub(crate) fn expect(&mut self, file: Expected) -> String {
        let key = hex::encode(rand::random::<[u8; 32]>());
        while self.order.len() >= MAX_EXPECTED {
            if let Some(oldest) = self.order.pop_front() {
                self.expected.remove(&oldest);
            }
        }
        self.order.push_back(key.clone());
        self.expected.insert(key.clone(), file);
        key
    }

    /// The file with this key.
    pub(crate) fn expected(&self, key: &str) -> Option<&Expected> {
        self.expected.get(key)
    }

    /// The upload that has begun, if any. It becomes the newest.
    pub(crate) fn find(&mut self, id: &UploadId) -> Option<Arc<Partial>> {
        let at = self.partial.iter().position(|(known, _)| known == id)?;
        let found = self.partial.remove(at);
        let partial = Arc::clone(&found.1);
        self.partial.push(found);
        Some(partial)
    }

    /// Begins an upload.
    pub(crate) fn begin(&mut self, id: UploadId, partial: Partial) -> Arc<Partial> {
        if self.partial.len() >= MAX_PARTIAL {
            self.partial.remove(0);
        }
        let partial = Arc::new(partial);
        self.partial.push((id, Arc::clone(&partial)));
        partial
    }

    /// Ends an upload.
    pub(crate) fn end(&mut self, id: &UploadId) {
        self.partial.retain(|(known, _)| known != id);
    }
}

/// A file whose pieces are arriving.
pub(crate) struct Partial {
    size: u64,
    state: Mutex<State>,
}

struct State {
    /// Where the pieces are written; `None` if the world has the file, or after it was taken.
    file: Option<NewFile>,
    /// The hashes of the bytes from the beginning to the first gap. `None` if the world has the file.
    hasher: Option<Hasher>,
    /// What has come, in order and without overlaps.
    covered: Vec<Range<u64>>,
}

/// A file whose last piece has come.
pub(crate) enum Whole {
    /// A new one, with the hashes of its bytes.
    New(NewFile, Hashes, BlockStates),
    /// One that the world has.
    Stored,
}

impl Partial {
    /// An upload of a file of this size. Without `file`, the world has the file and only counts the pieces.
    pub(crate) fn new(size: u64, file: Option<NewFile>) -> Self {
        let hasher = file.is_some().then(Hasher::new);
        Self {
            size,
            state: Mutex::new(State {
                file,
                hasher,
                covered: Vec::new(),
            }),
        }
    }

    /// Bytes of the whole file.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Writes a piece, which must lie within the size. Returns the file if it was the last piece that was missing. It
    /// blocks: not for async code.
    ///
    /// # Errors
    /// The disk cannot be written, or there are too many gaps.
    pub(crate) fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<Option<Whole>> {
        let mut state = self.state();
        let end = offset + bytes.len() as u64;
        if let Some(file) = &mut state.file {
            file.seek(SeekFrom::Start(offset))?;
            file.write_all(bytes)?;
        }
        let before = state.covered.clone();
        state.cover(offset..end)?;
        let complete = matches!(&state.covered[..], [all] if *all == (0..self.size));
        state.hash(offset, bytes)?;
        // A piece that comes again after the last one changes nothing.
        if !complete || before == state.covered {
            return Ok(None);
        }
        match (state.file.take(), state.hasher.take()) {
            (Some(file), Some(hasher)) => {
                let (whole, states) = hasher.finish();
                Ok(Some(Whole::New(file, whole, states)))
            }
            _ => Ok(Some(Whole::Stored)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn cover(&mut self, mut new: Range<u64>) -> io::Result<()> {
        self.covered.retain(|old| {
            let apart = old.end < new.start || new.end < old.start;
            if !apart {
                new = new.start.min(old.start)..new.end.max(old.end);
            }
            apart
        });
        if self.covered.len() >= MAX_GAPS {
            return Err(io::Error::other(
                "too many gaps between the pieces of a file",
            ));
        }
        let at = self.covered.partition_point(|old| old.start < new.start);
        self.covered.insert(at, new);
        Ok(())
    }

    /// Continues the hashes up to the first gap, with the bytes of this piece or, if it came early, from the disk.
    fn hash(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let Some(hasher) = &mut self.hasher else {
            return Ok(());
        };
        let known = match self.covered.first() {
            Some(first) if first.start == 0 => first.end,
            _ => 0,
        };
        if let Some(skip) = hasher.size().checked_sub(offset)
            && let Some(rest) = usize::try_from(skip)
                .ok()
                .and_then(|skip| bytes.get(skip..))
        {
            hasher.update(rest);
        }
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let mut chunk = vec![0; CHUNK];
        while hasher.size() < known {
            let left = usize::try_from(known - hasher.size())
                .unwrap_or(CHUNK)
                .min(CHUNK);
            file.seek(SeekFrom::Start(hasher.size()))?;
            file.read_exact(&mut chunk[..left])?;
            hasher.update(&chunk[..left]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nekonap_media::hash;

    #[test]
    fn pieces_in_any_order_and_twice_make_the_file() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|at| (at % 251) as u8).collect();
        let pieces: Vec<Range<usize>> = vec![
            70_000..150_000,
            0..30_000,
            0..30_000,
            150_000..200_000,
            20_000..75_000,
        ];
        let partial = Partial::new(200_000, Some(NewFile::new().expect("a file")));
        let mut whole = None;
        for piece in &pieces {
            assert!(whole.is_none());
            let offset = u64::try_from(piece.start).expect("small");
            whole = partial
                .write(offset, &bytes[piece.clone()])
                .expect("written");
        }
        let Some(Whole::New(mut file, hashes, _)) = whole else {
            panic!("not complete");
        };
        assert_eq!(hashes, hash(&bytes));
        let mut written = Vec::new();
        file.seek(SeekFrom::Start(0)).expect("there");
        file.read_to_end(&mut written).expect("read");
        assert!(written == bytes);
        assert!(partial.write(0, &bytes[..9]).expect("counted").is_none());
    }

    #[test]
    fn pieces_of_a_stored_file_are_counted() {
        let partial = Partial::new(10, None);
        assert!(partial.write(5, &[0; 5]).expect("counted").is_none());
        assert!(matches!(partial.write(0, &[0; 5]), Ok(Some(Whole::Stored))));
    }
}
