//! Files that a caller uploads in chunks, one call each (api/transports §10.1).
//!
//! Chunks are appended to one file as they arrive, in any order. Chunks that arrive in order need no second copy.

use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use nekonap_media::hash;
use nekonap_onebot::Code;
use sha2::{Digest as _, Sha256};

use super::{
    folder::{Folder, Place, create_private, empty},
    local::{load_failed, reason},
    names,
};
use crate::error::{Failure, Result};

/// Time without a call after which an upload is dropped.
const IDLE: Duration = Duration::from_secs(600);
/// The most chunks of one upload.
pub(crate) const MAX_CHUNKS: u32 = 1_000_000;
/// The most chunks of all open uploads.
const MAX_OPEN_CHUNKS: usize = 2_000_000;
/// The most open uploads.
const MAX_OPEN: usize = 64;
/// The most bytes of all open uploads.
const MAX_OPEN_BYTES: u64 = 4 << 30;
/// The most bytes of finished uploads on disk. When there are more, no upload begins.
const MAX_FINISHED_BYTES: u64 = 8 << 30;
/// Bytes that are copied at a time.
const COPY: usize = 1 << 20;

/// The open uploads of a bot, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Uploads {
    open: Mutex<HashMap<String, Arc<Entry>>>,
    /// Makes the folders of uploads with one id differ.
    number: AtomicU64,
}

/// An open upload with what others need to know of it.
#[derive(Debug)]
struct Entry {
    upload: Mutex<Upload>,
    bytes: AtomicU64,
    chunks: AtomicUsize,
}

/// An upload that is not finished.
#[derive(Debug)]
struct Upload {
    folder: PathBuf,
    data: File,
    /// Position and length of each chunk in the file.
    chunks: BTreeMap<u32, (u64, usize)>,
    total: u32,
    size: u64,
    /// Whether the chunks are in the file in order.
    in_order: bool,
    facts: Facts,
    used: Instant,
    /// Whether the file was given away.
    finished: bool,
}

/// What a caller says about the whole file. Later calls replace single facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) name: Option<String>,
    /// Size in bytes.
    pub(crate) size: Option<u64>,
    pub(crate) sha256: Option<[u8; 32]>,
}

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) received: u32,
    pub(crate) total: u32,
    /// Whether the call added a chunk.
    pub(crate) added: bool,
}

/// A finished upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finished {
    pub(crate) path: PathBuf,
    pub(crate) size: u64,
    pub(crate) chunks: u32,
    /// SHA-256 in hex, if the caller told it.
    pub(crate) sha256: Option<String>,
}

impl Uploads {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Entry>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, id: &str) -> Result<Arc<Entry>> {
        let found = self.lock().get(id).cloned();
        found.ok_or_else(|| {
            let text = format!(
                "`stream_id`: there is no open upload {}",
                super::fetch::shown(id)
            );
            Failure::new(Code::FileNotFound, text)
        })
    }

    /// Drops uploads without a call for 10 minutes.
    pub(crate) fn expire(&self) {
        self.lock().retain(|id, upload| {
            // An upload whose guard is held is in use.
            let idle = upload
                .upload
                .try_lock()
                .is_ok_and(|upload| upload.used.elapsed() > IDLE);
            if idle {
                tracing::info!(
                    id,
                    "an upload by stream without a call for 10 minutes is dropped"
                );
            }
            !idle
        });
    }

    /// Begins an upload if it is not open, and takes what the caller tells. Blocks.
    ///
    /// # Errors
    /// `PARAM_MISSING`, `PARAM_INVALID`, `FILE_TOO_LARGE`, `LOAD_FILE_ERROR`.
    pub(crate) fn begin(
        &self,
        folder: &Folder,
        id: &str,
        total: Option<u32>,
        facts: Facts,
    ) -> Result<Progress> {
        self.expire();
        let mut open = self.lock();
        if let Some(upload) = open.get(id).cloned() {
            drop(open);
            let mut upload = lock(&upload);
            if let Some(total) = total.filter(|total| *total != upload.total) {
                let text = format!("the upload has {} chunks, not {total}", upload.total);
                return Err(Failure::invalid("total_chunks", text));
            }
            upload.tell(facts);
            return Ok(upload.progress(false));
        }
        let total = total.ok_or_else(|| Failure::missing("total_chunks"))?;
        if !(1..=MAX_CHUNKS).contains(&total) {
            let text = format!("1 to {MAX_CHUNKS}, not {total}");
            return Err(Failure::invalid("total_chunks", text));
        }
        if open.len() >= MAX_OPEN {
            let text = format!("{MAX_OPEN} uploads are open; finish or reset one");
            return Err(load_failed("stream_id", text));
        }
        let failed = |error: io::Error| load_failed("stream_id", reason(&error));
        let places = [Place::Streams, Place::Kept].map(|place| folder.place(place));
        let mut bytes = 0;
        for place in places {
            bytes += size_of(&place.map_err(failed)?);
        }
        if bytes > MAX_FINISHED_BYTES {
            let text = format!(
                "earlier uploads take {bytes} bytes on disk; delete them with clean_stream_temp_file"
            );
            return Err(load_failed("stream_id", text));
        }
        // The id never becomes a part of a path.
        let hashed = hex::encode(&hash(id.as_bytes()).sha1[..8]);
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let place = folder.place(Place::Streams).map_err(failed)?;
        let path = place.join(format!("{hashed}-{number}"));
        create_private(&path).map_err(failed)?;
        let data = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path.join("chunks"))
            .map_err(failed)?;
        let mut upload = Upload {
            folder: path,
            data,
            chunks: BTreeMap::new(),
            total,
            size: 0,
            in_order: true,
            facts: Facts::default(),
            used: Instant::now(),
            finished: false,
        };
        upload.tell(facts);
        let progress = upload.progress(false);
        let entry = Entry {
            upload: Mutex::new(upload),
            bytes: AtomicU64::new(0),
            chunks: AtomicUsize::new(0),
        };
        open.insert(id.to_owned(), Arc::new(entry));
        Ok(progress)
    }

    /// How far an open upload is.
    ///
    /// # Errors
    /// `FILE_NOT_FOUND`.
    pub(crate) fn progress(&self, id: &str) -> Result<Progress> {
        let found = self.find(id)?;
        Ok(lock(&found).progress(false))
    }

    /// Adds a chunk to an open upload. A chunk that is there already is ignored. Blocks.
    ///
    /// # Errors
    /// `FILE_NOT_FOUND`, `PARAM_INVALID`, `FILE_TOO_LARGE`, `LOAD_FILE_ERROR`.
    pub(crate) fn add(&self, id: &str, index: u32, chunk: &[u8], limit: u64) -> Result<Progress> {
        let found = self.find(id)?;
        let (bytes, chunks) = self.sums(&found);
        let mut upload = lock(&found);
        if index >= upload.total {
            let text = format!("0 to {}, not {index}", upload.total - 1);
            return Err(Failure::invalid("chunk_index", text));
        }
        if upload.finished || upload.chunks.contains_key(&index) {
            return Ok(upload.progress(false));
        }
        let size = upload.size + chunk.len() as u64;
        if size > limit || bytes + size > MAX_OPEN_BYTES || chunks >= MAX_OPEN_CHUNKS {
            let text = format!(
                "`chunk_data`: the upload has {size} bytes now; the limit is {limit} for one, and {MAX_OPEN_BYTES} bytes and \
                 {MAX_OPEN_CHUNKS} chunks for all open ones"
            );
            return Err(Failure::new(Code::FileTooLarge, text));
        }
        let appended = upload.append(index, chunk);
        appended.map_err(|error| load_failed("chunk_data", reason(&error)))?;
        found.bytes.store(upload.size, Ordering::Relaxed);
        found.chunks.store(upload.chunks.len(), Ordering::Relaxed);
        Ok(upload.progress(true))
    }

    /// Bytes of the other open uploads, and chunks of all.
    fn sums(&self, except: &Arc<Entry>) -> (u64, usize) {
        self.lock().values().fold((0, 0), |(bytes, chunks), entry| {
            let own = Arc::ptr_eq(entry, except);
            let size = entry.bytes.load(Ordering::Relaxed);
            (
                bytes + if own { 0 } else { size },
                chunks + entry.chunks.load(Ordering::Relaxed),
            )
        })
    }

    /// Finishes an upload that has all its chunks. `keep`: whether the file stays until it is cleaned. Blocks.
    ///
    /// # Errors
    /// `FILE_NOT_FOUND`, `LOAD_FILE_ERROR`: chunks are missing, or the file is not what the caller told. The upload stays open then.
    pub(crate) fn finish(&self, folder: &Folder, id: &str, keep: bool) -> Result<Finished> {
        let found = self.find(id)?;
        let finished = lock(&found).finish(folder, keep)?;
        let mut open = self.lock();
        if open
            .get(id)
            .is_some_and(|upload| Arc::ptr_eq(upload, &found))
        {
            open.remove(id);
        }
        Ok(finished)
    }

    /// Drops an open upload; returns whether there was one.
    pub(crate) fn reset(&self, id: &str) -> bool {
        self.lock().remove(id).is_some()
    }

    /// Drops all open uploads and deletes all finished ones. Blocks.
    ///
    /// # Errors
    /// A file cannot be deleted.
    pub(crate) fn clean(&self, folder: &Folder) -> io::Result<()> {
        let open = std::mem::take(&mut *self.lock());
        drop(open);
        for place in [Place::Streams, Place::Kept] {
            let place = folder.place(place)?;
            empty(&place)?;
            create_private(&place)?;
        }
        Ok(())
    }
}

fn lock(entry: &Entry) -> std::sync::MutexGuard<'_, Upload> {
    entry.upload.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Bytes of all files in the folders of a folder.
fn size_of(folder: &Path) -> u64 {
    let entries = |path: &Path| {
        fs::read_dir(path)
            .into_iter()
            .flatten()
            .filter_map(io::Result::ok)
    };
    entries(folder)
        .flat_map(|entry| entries(&entry.path()).collect::<Vec<_>>())
        .filter_map(|file| file.metadata().ok())
        .map(|metadata| metadata.len())
        .sum()
}

impl Upload {
    fn tell(&mut self, facts: Facts) {
        self.used = Instant::now();
        let known = &mut self.facts;
        known.name = facts.name.or(known.name.take());
        known.size = facts.size.or(known.size);
        known.sha256 = facts.sha256.or(known.sha256);
    }

    fn progress(&self, added: bool) -> Progress {
        Progress {
            received: u32::try_from(self.chunks.len()).unwrap_or(u32::MAX),
            total: self.total,
            added,
        }
    }

    fn append(&mut self, index: u32, chunk: &[u8]) -> io::Result<()> {
        self.used = Instant::now();
        self.data.seek(SeekFrom::Start(self.size))?;
        self.data.write_all(chunk)?;
        let next = u32::try_from(self.chunks.len()).unwrap_or(u32::MAX);
        self.in_order &= index == next;
        self.chunks.insert(index, (self.size, chunk.len()));
        self.size += chunk.len() as u64;
        Ok(())
    }

    fn finish(&mut self, folder: &Folder, keep: bool) -> Result<Finished> {
        self.used = Instant::now();
        if self.finished {
            return Err(load_failed("is_complete", "the upload is finished already"));
        }
        let missing = (0..self.total).find(|index| !self.chunks.contains_key(index));
        if let Some(index) = missing {
            let text = format!(
                "{} of {} chunks are missing, the first is {index}",
                self.total as usize - self.chunks.len(),
                self.total
            );
            return Err(load_failed("is_complete", text));
        }
        if let Some(size) = self.facts.size.filter(|size| *size != self.size) {
            let text = format!("the chunks have {} bytes, not {size}", self.size);
            return Err(load_failed("file_size", text));
        }
        let failed = |error: io::Error| load_failed("stream_id", reason(&error));
        if !self.in_order {
            self.sort().map_err(failed)?;
        }
        let sha256 = match self.facts.sha256 {
            None => None,
            Some(expected) => {
                let found = sha256(&mut self.data).map_err(failed)?;
                if found != expected {
                    let text = format!("the file has the hash {}", hex::encode(found));
                    return Err(load_failed("expected_sha256", text));
                }
                Some(hex::encode(found))
            }
        };
        let path = self.place(folder, keep).map_err(failed)?;
        self.finished = true;
        Ok(Finished {
            path,
            size: self.size,
            chunks: self.total,
            sha256,
        })
    }

    /// Copies the chunks in their order.
    fn sort(&mut self) -> io::Result<()> {
        let path = self.folder.join("sorted");
        let mut sorted = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)?;
        let mut buffer = vec![0; COPY];
        for (position, length) in self.chunks.values() {
            self.data.seek(SeekFrom::Start(*position))?;
            let mut left = *length;
            while left > 0 {
                let piece = &mut buffer[..left.min(COPY)];
                self.data.read_exact(piece)?;
                sorted.write_all(piece)?;
                left -= piece.len();
            }
        }
        fs::rename(&path, self.folder.join("chunks"))?;
        self.data = sorted;
        let mut position = 0;
        for chunk in self.chunks.values_mut() {
            chunk.0 = position;
            position += chunk.1 as u64;
        }
        self.in_order = true;
        Ok(())
    }

    /// Gives the file its name, in a folder of its own.
    fn place(&self, folder: &Folder, keep: bool) -> io::Result<PathBuf> {
        let name = names::on_disk(self.facts.name.as_deref().unwrap_or_default());
        let name = if name.is_empty() {
            "file".to_owned()
        } else {
            name
        };
        let place = folder.place(if keep { Place::Kept } else { Place::Streams })?;
        create_private(&place)?;
        let unique = tempfile::Builder::new()
            .prefix("upload-")
            .tempdir_in(place)?;
        let path = unique.path().join(name);
        fs::rename(self.folder.join("chunks"), &path)?;
        // From here on the folder stays.
        let _ = unique.keep();
        Ok(path)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Also after the file was moved away. If this fails, the next start deletes it.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn sha256(file: &mut File) -> io::Result<[u8; 32]> {
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; COPY];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().into()),
            read => hasher.update(&buffer[..read]),
        }
    }
}

/// Deletes a finished upload with its folder.
pub(crate) fn delete(path: &Path) {
    if let Some(folder) = path.parent()
        && let Err(error) = fs::remove_dir_all(folder)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, path = %path.display(), "an uploaded file cannot be deleted");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Setup {
        _root: tempfile::TempDir,
        folder: Folder,
        uploads: Uploads,
    }

    impl Setup {
        fn new() -> Self {
            let root = tempfile::tempdir().expect("a folder");
            let folder = Folder::new(Some(root.path().join("media")));
            Self {
                _root: root,
                folder,
                uploads: Uploads::default(),
            }
        }

        fn begin(&self, id: &str, total: u32, facts: Facts) {
            let begun = self.uploads.begin(&self.folder, id, Some(total), facts);
            begun.expect("begun");
        }

        fn add(&self, id: &str, index: u32, chunk: &[u8]) -> Progress {
            self.uploads.add(id, index, chunk, 1 << 20).expect("added")
        }

        fn finish(&self, id: &str) -> Result<Finished> {
            self.uploads.finish(&self.folder, id, false)
        }

        fn files(&self) -> usize {
            let place = self.folder.place(Place::Streams).expect("a folder");
            fs::read_dir(place).expect("read").count()
        }
    }

    fn named(name: &str) -> Facts {
        Facts {
            name: Some(name.to_owned()),
            ..Facts::default()
        }
    }

    #[test]
    fn chunks_in_any_order_and_twice_make_the_file() {
        for order in [[0, 1, 2, 3], [3, 1, 0, 2], [1, 0, 3, 2]] {
            let setup = Setup::new();
            setup.begin("../../id", 4, named("../a\nb.txt"));
            let chunks: [&[u8]; 4] = [b"first ", b"second ", b"third ", b"last"];
            for index in order {
                let chunk = chunks[index as usize];
                assert!(setup.add("../../id", index, chunk).added);
                assert!(!setup.add("../../id", index, b"other").added);
            }
            let finished = setup.finish("../../id").expect("finished");
            assert_eq!(
                fs::read(&finished.path).expect("read"),
                b"first second third last"
            );
            assert!(finished.path.ends_with("ab.txt"), "{finished:?}");
            assert!(
                finished
                    .path
                    .starts_with(setup.folder.root().expect("a folder"))
            );
            assert_eq!((finished.size, finished.sha256), (23, None));
            assert_eq!(setup.files(), 1);
            delete(&finished.path);
            assert_eq!(setup.files(), 0);
        }
    }

    #[test]
    fn parallel_chunks_all_arrive() {
        let setup = Arc::new(Setup::new());
        setup.begin("id", 64, Facts::default());
        let threads: Vec<_> = (0..8)
            .map(|thread| {
                let setup = Arc::clone(&setup);
                std::thread::spawn(move || {
                    for index in (thread..64).step_by(8) {
                        setup.add("id", index, &[u8::try_from(index).expect("small"); 1_000]);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().expect("added");
        }
        let finished = setup.finish("id").expect("finished");
        let content = fs::read(finished.path).expect("read");
        assert!(
            content
                .chunks(1_000)
                .zip(0..)
                .all(|(chunk, index)| chunk == [index; 1_000])
        );
    }

    #[test]
    fn unfinished_or_wrong_file_is_refused_and_stays_open() {
        let setup = Setup::new();
        let facts = Facts {
            size: Some(3),
            sha256: Some([7; 32]),
            ..Facts::default()
        };
        setup.begin("id", 2, facts);
        setup.add("id", 1, b"b");
        let failure = setup.finish("id").expect_err("a gap");
        assert_eq!(failure.code, Code::LoadFile);
        assert!(
            failure
                .text
                .contains("1 of 2 chunks are missing, the first is 0"),
            "{failure:?}"
        );
        setup.add("id", 0, b"a");
        let failure = setup.finish("id").expect_err("a wrong size");
        assert!(failure.text.contains("2 bytes, not 3"), "{failure:?}");
        let facts = Facts {
            size: Some(2),
            ..Facts::default()
        };
        setup.begin("id", 2, facts);
        let failure = setup.finish("id").expect_err("a wrong hash");
        let right = "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603";
        assert!(failure.text.contains(right), "{failure:?}");
        let facts = Facts {
            sha256: hex::decode(right)
                .ok()
                .and_then(|hash| hash.try_into().ok()),
            ..Facts::default()
        };
        setup.begin("id", 2, facts);
        assert_eq!(
            setup.finish("id").expect("finished").sha256.as_deref(),
            Some(right)
        );
    }

    #[test]
    fn bad_calls_name_their_parameter() {
        let setup = Setup::new();
        let begin = |total| {
            setup
                .uploads
                .begin(&setup.folder, "id", total, Facts::default())
        };
        assert_eq!(begin(None).expect_err("missing").code, Code::ParamMissing);
        for total in [0, MAX_CHUNKS + 1] {
            assert_eq!(
                begin(Some(total)).expect_err("invalid").code,
                Code::ParamInvalid
            );
        }
        assert_eq!(
            setup.uploads.progress("id").expect_err("unknown").code,
            Code::FileNotFound
        );
        begin(Some(2)).expect("begun");
        assert_eq!(
            begin(Some(3)).expect_err("another number").code,
            Code::ParamInvalid
        );
        let add = |index, chunk: &[u8]| setup.uploads.add("id", index, chunk, 10);
        assert_eq!(
            add(2, b"x").expect_err("out of range").code,
            Code::ParamInvalid
        );
        assert_eq!(
            add(0, &[0; 11]).expect_err("too large").code,
            Code::FileTooLarge
        );
    }

    #[test]
    fn reset_and_clean_delete_the_files() {
        let setup = Setup::new();
        setup.begin("a", 1, Facts::default());
        setup.add("a", 0, b"a");
        assert!(setup.uploads.reset("a"));
        assert!(!setup.uploads.reset("a"));
        assert_eq!(setup.files(), 0);
        setup.begin("b", 1, Facts::default());
        setup.add("b", 0, b"b");
        let kept = setup
            .uploads
            .finish(&setup.folder, "b", true)
            .expect("finished");
        setup.begin("c", 1, Facts::default());
        // Another process leaves what is kept.
        let again = Folder::new(Some(setup.folder.root().expect("a folder").to_path_buf()));
        again.root().expect("a folder");
        assert!(kept.path.exists());
        setup.uploads.clean(&setup.folder).expect("cleaned");
        assert!(!kept.path.exists());
        assert_eq!(setup.files(), 0);
    }

    #[test]
    fn number_of_open_uploads_is_limited() {
        let setup = Setup::new();
        for number in 0..MAX_OPEN {
            setup.begin(&number.to_string(), 1, Facts::default());
        }
        let one_more = setup
            .uploads
            .begin(&setup.folder, "more", Some(1), Facts::default());
        assert_eq!(one_more.expect_err("too many").code, Code::LoadFile);
    }
}
