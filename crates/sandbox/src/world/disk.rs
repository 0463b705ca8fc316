//! The bytes of files, in a folder: one file for each content, named by its SHA-1 (protocol/03 §11). A temporary folder if
//! the world is in memory.
//!
//! A file is written under a temporary name and renamed when it is complete. The world's database decides which files
//! exist: one without a row is garbage.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tempfile::{NamedTempFile, TempDir};

/// Subfolder of files that are not complete. It is emptied at the start.
const NEW: &str = "new";

/// SHA-1 of a file, its name in the store.
pub(crate) type Sha1 = [u8; 20];

/// The folder of files.
pub(crate) struct FileStore {
    folder: PathBuf,
    /// Whether files are flushed to the disk before they are renamed.
    durable: bool,
    /// Removes the folder when the world ends.
    _temporary: Option<TempDir>,
}

/// A file that is being written. It is removed when it is dropped.
pub(crate) type NewFile = NamedTempFile;

impl FileStore {
    /// Opens the store in the world's data folder; without one, in a temporary folder.
    ///
    /// # Errors
    /// The folder cannot be created or read.
    pub(crate) fn open(data: Option<&Path>) -> io::Result<Self> {
        let temporary = match data {
            Some(_) => None,
            None => Some(
                tempfile::Builder::new()
                    .prefix("nekonap-sandbox-")
                    .tempdir()?,
            ),
        };
        let folder = match (data, &temporary) {
            (Some(data), _) => data.join("files"),
            (None, Some(temporary)) => temporary.path().to_path_buf(),
            (None, None) => return Err(io::ErrorKind::NotFound.into()),
        };
        let new = folder.join(NEW);
        match fs::remove_dir_all(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::create_dir_all(&new)?;
        Ok(Self {
            folder,
            durable: data.is_some(),
            _temporary: temporary,
        })
    }

    /// A new, empty file.
    pub(crate) fn create(&self) -> io::Result<NewFile> {
        NamedTempFile::new_in(self.folder.join(NEW))
    }

    /// Gives a complete file its name. A file that is there already has the same bytes and is replaced.
    pub(crate) fn keep(&self, file: NewFile, sha1: &Sha1) -> io::Result<()> {
        if self.durable {
            file.as_file().sync_all()?;
        }
        let path = self.path(sha1);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        file.persist(path)?;
        Ok(())
    }

    /// Removes a file, if it is there.
    pub(crate) fn remove(&self, sha1: &Sha1) {
        match fs::remove_file(self.path(sha1)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "a stored file cannot be removed");
            }
            _ => {}
        }
    }

    /// Where the bytes of a file are.
    pub(crate) fn path(&self, sha1: &Sha1) -> PathBuf {
        let name = hex::encode(sha1);
        self.folder.join(&name[..2]).join(name)
    }

    /// The files that are there.
    pub(crate) fn list(&self) -> io::Result<Vec<Sha1>> {
        let mut found = Vec::new();
        for folder in fs::read_dir(&self.folder)? {
            let folder = folder?.path();
            if !folder.is_dir() || folder.ends_with(NEW) {
                continue;
            }
            for file in fs::read_dir(folder)? {
                let name = file?.file_name();
                let mut sha1 = [0; 20];
                let name = name.to_str().unwrap_or_default();
                if hex::decode_to_slice(name, &mut sha1).is_ok() {
                    found.push(sha1);
                }
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn complete_files_survive_and_incomplete_ones_do_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = FileStore::open(Some(folder.path())).expect("a store");
        let mut file = store.create().expect("a file");
        file.write_all(b"abc").expect("written");
        store.keep(file, &[7; 20]).expect("kept");
        let (_, left) = store.create().expect("a file").keep().expect("left behind");
        drop(store);
        let store = FileStore::open(Some(folder.path())).expect("a store");
        assert_eq!(store.list().expect("a list"), [[7; 20]]);
        assert_eq!(fs::read(store.path(&[7; 20])).expect("read"), b"abc");
        assert!(!left.exists());
        store.remove(&[7; 20]);
        store.remove(&[7; 20]);
        assert_eq!(store.list().expect("a list"), [[0_u8; 20]; 0]);
    }
}
