//! The lock file that keeps a database to one process.
//!
//! SQLite would let two processes share a file; what we keep in memory beside it (the world of the sandbox, the arrivals
//! of messages) would not survive that.

use std::{
    fs::{File, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
};

use crate::{beside, error::OpenError, open::private};

/// The locked file. The lock is released when the file is closed or the process ends, also by a signal.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
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
        // Only for the message that the next one shows: a lock without a name in it is a lock all the same.
        let named = file.set_len(0).and_then(|()| file.rewind());
        if let Err(error) = named.and_then(|()| write!(file, "{}", std::process::id())) {
            tracing::debug!(%error, path = %lock_path.display(), "the lock file does not name this process");
        }
        Ok(Self { _file: file })
    }
}

/// The process that a lock file names.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
