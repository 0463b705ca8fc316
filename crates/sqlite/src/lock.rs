//! The lock file that reserves a database for one process.
//!
//! SQLite allows several processes to share a file, but the state that this program keeps in memory (such as the sandbox's
//! world) would then contradict the file.

use std::{
    fs::{File, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
};

use crate::{beside, error::OpenError, open::private};

/// A held lock. It is released when this is dropped or the process ends, even by a signal.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Lock {
    /// Locks the database at `path`.
    pub(crate) fn take(path: &Path) -> Result<Self, OpenError> {
        let lock_path = beside(path, ".lock");
        let failed = |what| {
            let path = lock_path.clone();
            move |source| OpenError::File { what, path, source }
        };
        let mut file = private()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock_path)
            .map_err(failed("cannot open the lock file"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::InUse {
                    path: path.to_owned(),
                    process: holder(&mut file),
                });
            }
            Err(TryLockError::Error(source)) => {
                return Err(failed("cannot lock")(source));
            }
        }
        // The process id is only shown in the error of another process, so a failure to write it is harmless.
        let named = file.set_len(0).and_then(|()| file.rewind());
        if let Err(error) = named.and_then(|()| write!(file, "{}", std::process::id())) {
            tracing::debug!(%error, path = %lock_path.display(), "the process id could not be written to the lock file");
        }
        Ok(Self { file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a process that another thread is starting has inherited it for a moment.
        if let Err(error) = self.file.unlock() {
            tracing::debug!(%error, "the lock is released when the file is closed");
        }
    }
}

/// The process id in a lock file.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_lock_is_free_although_a_started_process_still_has_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("data.db");
        let lock = Lock::take(&path).expect("free");
        assert!(matches!(
            Lock::take(&path),
            Err(OpenError::InUse {
                process: Some(_),
                ..
            })
        ));
        let inherited = lock.file.try_clone().expect("a second handle");
        drop(lock);
        Lock::take(&path).expect("free again");
        drop(inherited);
    }
}
