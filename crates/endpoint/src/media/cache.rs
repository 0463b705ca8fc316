//! Downloaded files, kept by content: `cache/<two digits>/<SHA-1>/<name>`, and `cache/ids/<SHA-1 of an id>` for files whose hash is
//! not known before the download.
//!
//! A file is written to the temporary folder, flushed to disk and renamed, so that a file in the cache is whole, also after a power
//! cut, and two writers of one file do not disturb each other.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use nekonap_media::hash;
use tempfile::TempPath;

use super::folder::{Folder, Place, create_private, sync_folder};

/// Folder of the ids, beside the folders of two digits.
const IDS: &str = "ids";

/// The index of the cache. Its guard is held while files are renamed or deleted, so that a file does not disappear between its
/// lookup and its lease.
#[derive(Debug, Default)]
pub(crate) struct Cache(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Number of leases of each content.
    leases: HashMap<String, usize>,
    /// Bytes that were added since the last sweep.
    added: u64,
}

/// Keeps the files of one content while an action reads them.
#[derive(Debug)]
pub(crate) struct Lease {
    state: Arc<Mutex<State>>,
    content: String,
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = state.leases.get_mut(&self.content) {
            *count -= 1;
            if *count == 0 {
                state.leases.remove(&self.content);
            }
        }
    }
}

/// A file of the cache.
#[derive(Debug)]
pub(crate) struct Cached {
    pub(crate) path: PathBuf,
    pub(crate) size: u64,
    pub(crate) lease: Lease,
}

/// A file or folder that a sweep may delete.
struct Candidate {
    path: PathBuf,
    content: String,
    used: SystemTime,
    bytes: u64,
}

impl Cache {
    fn lease(&self, state: &mut State, content: &str) -> Lease {
        *state.leases.entry(content.to_owned()).or_default() += 1;
        Lease {
            state: Arc::clone(&self.0),
            content: content.to_owned(),
        }
    }

    /// The file with this content and name. Marks it as used. A file of this content with another name gets the name too.
    pub(crate) fn find(&self, folder: &Folder, sha1: [u8; 20], name: &str) -> Option<Cached> {
        let content = hex::encode(sha1);
        let place = place(folder, &content).ok()?;
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let path = place.join(name);
        if !path.is_file() {
            let mut others = fs::read_dir(&place).ok()?.filter_map(Result::ok);
            let other = others.find(|entry| entry.path().is_file())?.path();
            link(&other, &path).ok()?;
        }
        let size = use_now(&path).ok()?;
        Some(Cached {
            path,
            size,
            lease: self.lease(&mut state, &content),
        })
    }

    /// The file that was downloaded for this id.
    pub(crate) fn find_id(&self, folder: &Folder, id: &str) -> Option<Cached> {
        let entry = fs::read_to_string(id_path(folder, id).ok()?).ok()?;
        let (content, name) = entry.split_once('\n')?;
        let sha1 = hex::decode(content).ok()?.try_into().ok()?;
        self.find(folder, sha1, name)
    }

    /// Moves a finished file into the cache. `name`: a name for the disk; `id`: under which [`find_id`](Self::find_id) finds it.
    ///
    /// # Errors
    /// The file cannot be flushed or moved.
    pub(crate) fn put(
        &self,
        folder: &Folder,
        file: TempPath,
        sha1: [u8; 20],
        name: &str,
        id: Option<&str>,
    ) -> io::Result<Cached> {
        let content = hex::encode(sha1);
        fs::File::open(&file)?.sync_all()?;
        let place = place(folder, &content)?;
        create_private(&place)?;
        let path = place.join(name);
        let cached = {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // The sweep may have deleted the folder.
            create_private(&place)?;
            file.persist(&path)?;
            let size = use_now(&path)?;
            state.added += size;
            Cached {
                path,
                size,
                lease: self.lease(&mut state, &content),
            }
        };
        sync_folder(&place);
        if let Some(id) = id {
            let entry = folder.temporary()?;
            fs::write(entry.path(), format!("{content}\n{name}"))?;
            entry.as_file().sync_all()?;
            let path = id_path(folder, id)?;
            if let Some(parent) = path.parent() {
                create_private(parent)?;
            }
            entry.persist(path)?;
        }
        Ok(cached)
    }

    /// Whether so much was added since the last sweep that the next one should not wait.
    pub(crate) fn is_crowded(&self, size: u64) -> bool {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.added > size / 8
    }

    /// Deletes files that were not used for longer than `age`, then those used least recently until the cache has at most `size`
    /// bytes. Files in use stay.
    pub(crate) fn sweep(&self, folder: &Folder, size: u64, age: Duration) {
        let Ok(root) = folder.place(Place::Cache) else {
            return;
        };
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.added = 0;
        let mut candidates = contents(&root);
        candidates.sort_unstable_by_key(|candidate| candidate.used);
        let mut total: u64 = candidates.iter().map(|candidate| candidate.bytes).sum();
        let now = SystemTime::now();
        let (mut deleted, mut bytes) = (0, 0);
        for candidate in candidates {
            let old = now
                .duration_since(candidate.used)
                .is_ok_and(|unused| unused > age);
            let surplus = total > size && candidate.bytes > 0;
            if !(old || surplus) || state.leases.contains_key(&candidate.content) {
                continue;
            }
            let gone = if candidate.path.is_dir() {
                fs::remove_dir_all(&candidate.path)
            } else {
                fs::remove_file(&candidate.path)
            };
            match gone {
                Ok(()) => {
                    total -= candidate.bytes;
                    deleted += 1;
                    bytes += candidate.bytes;
                }
                Err(error) => {
                    tracing::warn!(%error, path = %candidate.path.display(), "a cached file cannot be deleted");
                }
            }
        }
        if deleted > 0 {
            tracing::debug!(deleted, bytes, "old files of the media cache were deleted");
        }
    }

    /// Deletes everything that is not in use.
    pub(crate) fn clear(&self, folder: &Folder) {
        self.sweep(folder, 0, Duration::ZERO);
    }
}

/// The folder of a content.
fn place(folder: &Folder, content: &str) -> io::Result<PathBuf> {
    Ok(folder
        .place(Place::Cache)?
        .join(&content[..2])
        .join(content))
}

/// The file that says which content an id has.
fn id_path(folder: &Folder, id: &str) -> io::Result<PathBuf> {
    let hashed = hex::encode(hash(id.as_bytes()).sha1);
    Ok(folder.place(Place::Cache)?.join(IDS).join(hashed))
}

/// Gives a content another name.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    // Not every file system has links.
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))
}

/// Marks a file as used now; returns its size.
fn use_now(path: &Path) -> io::Result<u64> {
    let file = fs::File::options().append(true).open(path)?;
    file.set_modified(SystemTime::now())?;
    Ok(file.metadata()?.len())
}

/// All contents with their size and last use, and all ids.
fn contents(root: &Path) -> Vec<Candidate> {
    let entries = |path: &Path| {
        fs::read_dir(path)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
    };
    let mut found = Vec::new();
    for shelf in entries(root) {
        let ids = shelf.file_name() == IDS;
        for entry in entries(&shelf.path()) {
            let mut candidate = Candidate {
                path: entry.path(),
                content: entry.file_name().to_string_lossy().into_owned(),
                used: SystemTime::UNIX_EPOCH,
                bytes: 0,
            };
            if ids {
                if let Ok(modified) = entry.metadata().and_then(|metadata| metadata.modified()) {
                    candidate.used = modified;
                }
            } else {
                for file in entries(&entry.path()) {
                    let Ok(metadata) = file.metadata() else {
                        continue;
                    };
                    candidate.bytes += metadata.len();
                    if let Ok(modified) = metadata.modified() {
                        candidate.used = candidate.used.max(modified);
                    }
                }
            }
            found.push(candidate);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    struct Setup {
        _root: tempfile::TempDir,
        folder: Folder,
        cache: Cache,
    }

    impl Setup {
        fn new() -> Self {
            let root = tempfile::tempdir().expect("a folder");
            let folder = Folder::new(Some(root.path().join("media")));
            Self {
                _root: root,
                folder,
                cache: Cache::default(),
            }
        }

        fn put(&self, content: &[u8], name: &str, id: Option<&str>) -> Cached {
            let mut file = self.folder.temporary().expect("a file");
            file.write_all(content).expect("written");
            let sha1 = hash(content).sha1;
            let path = file.into_temp_path();
            let put = self.cache.put(&self.folder, path, sha1, name, id);
            put.expect("in the cache")
        }

        fn has(&self, content: &[u8]) -> bool {
            let sha1 = hash(content).sha1;
            self.cache.find(&self.folder, sha1, "x").is_some()
        }
    }

    fn used(cached: &Cached, ago: Duration) {
        let file = fs::File::options().append(true).open(&cached.path);
        let file = file.expect("open");
        file.set_modified(SystemTime::now() - ago).expect("set");
    }

    #[test]
    fn content_is_found_by_hash_and_by_id_under_any_name() {
        let setup = Setup::new();
        drop(setup.put(b"hello", "a.txt", Some("/the-id")));
        let sha1 = hash(b"hello").sha1;
        let found = setup
            .cache
            .find(&setup.folder, sha1, "b.txt")
            .expect("found");
        assert_eq!(fs::read(&found.path).expect("read"), b"hello");
        assert!(found.path.ends_with("b.txt"));
        let by_id = setup
            .cache
            .find_id(&setup.folder, "/the-id")
            .expect("found");
        assert!(by_id.path.ends_with("a.txt"));
        assert_eq!(by_id.size, 5);
        assert!(setup.cache.find_id(&setup.folder, "/other").is_none());
        assert!(setup.cache.find(&setup.folder, [0; 20], "a.txt").is_none());
    }

    #[test]
    fn two_writers_of_one_content_leave_one_whole_file() {
        let setup = Arc::new(Setup::new());
        let writers: Vec<_> = (0..8)
            .map(|_| {
                let setup = Arc::clone(&setup);
                std::thread::spawn(move || {
                    for _ in 0..20 {
                        let cached = setup.put(&[7; 10_000], "same.bin", None);
                        assert_eq!(fs::read(&cached.path).expect("read"), [7; 10_000]);
                        setup.cache.sweep(&setup.folder, 0, Duration::ZERO);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().expect("no writer fails");
        }
        let left = fs::read_dir(setup.folder.place(Place::Temporary).expect("a folder"));
        assert_eq!(left.expect("read").count(), 0);
    }

    #[test]
    fn sweep_deletes_old_files_and_the_least_recently_used() {
        let setup = Setup::new();
        let day = Duration::from_secs(86_400);
        used(&setup.put(b"very old", "1", None), 9 * day);
        used(&setup.put(b"older", "2", None), 3 * day);
        used(&setup.put(b"newer", "3", None), 2 * day);
        setup.cache.sweep(&setup.folder, 1_000, 7 * day);
        assert!(!setup.has(b"very old"));
        let sha1 = hash(b"newer").sha1;
        used(
            &setup.cache.find(&setup.folder, sha1, "3").expect("kept"),
            2 * day,
        );
        setup.cache.sweep(&setup.folder, 5, 7 * day);
        assert!(!setup.has(b"older"));
        assert!(setup.has(b"newer"));
    }

    #[test]
    fn file_in_use_is_not_deleted() {
        let setup = Setup::new();
        let cached = setup.put(b"in use", "1", Some("id"));
        setup.cache.clear(&setup.folder);
        assert!(cached.path.exists());
        drop(cached);
        setup.cache.clear(&setup.folder);
        assert!(!setup.has(b"in use"));
        assert!(setup.cache.find_id(&setup.folder, "id").is_none());
    }

    #[test]
    fn unfinished_files_of_an_earlier_process_are_deleted() {
        let setup = Setup::new();
        drop(setup.put(b"whole", "1", None));
        let unfinished = setup
            .folder
            .place(Place::Temporary)
            .expect("a folder")
            .join("media-x");
        fs::write(&unfinished, "half").expect("written");
        let again = Folder::new(Some(setup.folder.root().expect("a folder").to_path_buf()));
        again.root().expect("a folder");
        assert!(!unfinished.exists());
        assert!(setup.has(b"whole"));
    }
}
