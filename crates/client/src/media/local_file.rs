//! A file on this machine that is to be uploaded.

use std::{fs::File, path::PathBuf, sync::Arc};

use nekonap_media::{BlockStates, Hashes, hash_reader};

use crate::error::CallError;

/// A file on this machine, with its hashes. It must not change until its upload has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its size and hashes.
    pub hashes: Hashes,
    /// The states of SHA-1 at the ends of its blocks.
    pub states: Arc<BlockStates>,
}

impl LocalFile {
    /// Reads a file once, for its hashes.
    ///
    /// # Errors
    /// [`CallError::File`] if it cannot be read.
    pub async fn read(path: impl Into<PathBuf>) -> Result<Self, CallError> {
        let path = path.into();
        let hashed = tokio::task::spawn_blocking(move || {
            let (hashes, states) = hash_reader(File::open(&path)?)?;
            std::io::Result::Ok(Self {
                path,
                hashes,
                states: Arc::new(states),
            })
        });
        match hashed.await {
            Ok(Ok(file)) => Ok(file),
            Ok(Err(error)) => Err(CallError::File(error.to_string())),
            Err(error) => Err(CallError::File(error.to_string())),
        }
    }
}
