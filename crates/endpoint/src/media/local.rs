//! A file on this machine that an action reads.

use std::{
    fs::File,
    io::{self, BufReader, ErrorKind, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use nekonap_media::{BlockStates, Hashes, Picture, Video};
use nekonap_onebot::Code;
use tempfile::TempPath;
use tokio::sync::OnceCell;

use super::{
    cache::{Cached, Lease},
    names,
};
use crate::error::{Failure, Result};

/// A regular file that is not empty. Cheap to clone. It stays where it is while a clone exists: a temporary file is deleted with the
/// last clone, and the cache does not delete its file before that.
#[derive(Debug, Clone)]
pub(crate) struct Local(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The parameter that named the file, for messages.
    field: String,
    path: PathBuf,
    name: String,
    size: u64,
    hashes: OnceCell<(Hashes, Arc<BlockStates>)>,
    held: Held,
}

/// What keeps a file in its place.
#[derive(Debug)]
pub(crate) enum Held {
    /// It belongs to the user.
    InPlace,
    /// It is deleted after use.
    Temporary { path: TempPath },
    /// It is in the cache.
    Cached { _lease: Lease },
}

impl Local {
    /// A file that is known to exist. `field`: the parameter that named it; `name`: its name, of which the base name is kept.
    pub(crate) fn new(field: &str, path: PathBuf, name: &str, size: u64, held: Held) -> Self {
        Self(Arc::new(Inner {
            field: field.to_owned(),
            path,
            name: names::base(name),
            size,
            hashes: OnceCell::new(),
            held,
        }))
    }

    /// A file that is deleted after use.
    pub(crate) fn temporary(field: &str, path: TempPath, name: &str, size: u64) -> Self {
        let at = path.to_path_buf();
        Self::new(field, at, name, size, Held::Temporary { path })
    }

    /// A temporary file that was made of this one.
    pub(crate) fn made(&self, path: TempPath, size: u64) -> Self {
        Self::temporary(&self.0.field, path, self.name(), size)
    }

    /// A file of the cache.
    pub(crate) fn cached(field: &str, cached: Cached) -> Self {
        let Cached { path, size, lease } = cached;
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Self::new(field, path, &name, size, Held::Cached { _lease: lease })
    }

    /// Whether the file is deleted after use.
    pub(crate) fn is_temporary(&self) -> bool {
        matches!(self.0.held, Held::Temporary { .. })
    }

    /// The temporary file, which is no longer deleted with this value, and the parameter that named it.
    ///
    /// # Errors
    /// `INTERNAL` if another clone uses it, or if it is not temporary.
    pub(crate) fn into_temporary(self) -> Result<(TempPath, String)> {
        match Arc::try_unwrap(self.0).map(|inner| (inner.held, inner.field)) {
            Ok((Held::Temporary { path }, field)) => Ok((path, field)),
            _ => Err(Failure::internal("a temporary file is in use")),
        }
    }

    /// Path of the file.
    pub(crate) fn path(&self) -> &Path {
        &self.0.path
    }

    /// The name that the source gives: a base name without control characters. Empty if it gives none.
    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    /// Size in bytes, at least 1.
    pub(crate) fn size(&self) -> u64 {
        self.0.size
    }

    /// A failure to read the file, which names the parameter.
    pub(crate) fn failure(&self, text: impl std::fmt::Display) -> Failure {
        load_failed(&self.0.field, text)
    }

    /// Opens the file.
    ///
    /// # Errors
    /// `LOAD_FILE_ERROR`: the file is gone, or its size has changed.
    pub(crate) fn open(&self) -> Result<File> {
        let opened = File::open(self.path()).and_then(|file| Ok((file.metadata()?.len(), file)));
        match opened {
            Ok((size, file)) if size == self.size() => Ok(file),
            Ok(_) => Err(self.failure("the file changed while it was read")),
            Err(error) => Err(self.failure(reason(&error))),
        }
    }

    /// Reads the file on the blocking pool.
    ///
    /// # Errors
    /// As [`open`](Self::open); those of `read`, also when it panics.
    pub(crate) async fn read_with<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Self, File) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let file = self.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let opened = file.open()?;
            read(&file, opened)
        });
        match reading.await {
            Ok(result) => result,
            // A library panicked on damaged content.
            Err(_) => Err(self.failure("the file is damaged")),
        }
    }

    /// All hashes and block states, computed once.
    ///
    /// # Errors
    /// `LOAD_FILE_ERROR`: the file cannot be read, or changes while it is read.
    pub(crate) async fn hashes(&self) -> Result<(Hashes, Arc<BlockStates>)> {
        let hashes = self.0.hashes.get_or_try_init(|| {
            self.read_with(|file, opened| {
                let (hashes, states) = nekonap_media::hash_reader(opened)
                    .map_err(|error| file.failure(reason(&error)))?;
                if hashes.size == file.size() {
                    Ok((hashes, Arc::new(states)))
                } else {
                    Err(file.failure("the file changed while it was read"))
                }
            })
        });
        Ok(hashes.await?.clone())
    }

    /// Format and size of the picture in the file.
    ///
    /// # Errors
    /// `LOAD_FILE_ERROR`: it is not a picture.
    pub(crate) async fn picture(&self) -> Result<Picture> {
        self.read_with(|file, opened| {
            nekonap_media::read_picture(&mut BufReader::new(opened))
                .map_err(|error| file.failure(error))
        })
        .await
    }

    /// Facts of the video in the file.
    ///
    /// # Errors
    /// `LOAD_FILE_ERROR`: it is not a video.
    pub(crate) async fn video(&self) -> Result<Video> {
        self.read_with(|file, opened| {
            nekonap_media::video(opened, file.size()).map_err(|error| file.failure(error))
        })
        .await
    }

    /// The first bytes, at most `length`.
    ///
    /// # Errors
    /// `LOAD_FILE_ERROR`.
    pub(crate) async fn head(&self, length: u64) -> Result<Vec<u8>> {
        self.read_with(move |file, opened| {
            let mut head = Vec::new();
            match opened.take(length).read_to_end(&mut head) {
                Ok(_) => Ok(head),
                Err(error) => Err(file.failure(reason(&error))),
            }
        })
        .await
    }

    /// The whole content.
    ///
    /// # Errors
    /// `FILE_TOO_LARGE` if it is larger than `limit` bytes, `LOAD_FILE_ERROR`.
    pub(crate) async fn read(&self, limit: u64) -> Result<Vec<u8>> {
        if self.size() > limit {
            return Err(too_large(&self.0.field, self.size(), limit));
        }
        let content = self.head(self.size()).await?;
        if content.len() as u64 == self.size() {
            Ok(content)
        } else {
            Err(self.failure("the file changed while it was read"))
        }
    }
}

/// A file that cannot be read or fetched.
pub(crate) fn load_failed(field: &str, text: impl std::fmt::Display) -> Failure {
    Failure::new(Code::LoadFile, format!("`{field}`: {text}"))
}

/// A file over a limit, both in bytes.
pub(crate) fn too_large(field: &str, size: u64, limit: u64) -> Failure {
    let text = format!("`{field}`: the file has {size} bytes; the limit is {limit}");
    Failure::new(Code::FileTooLarge, text)
}

/// What an error of the file system means.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "the file is gone".to_owned(),
        ErrorKind::UnexpectedEof => "the file ended while it was read".to_owned(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "the disk of the machine where Nekonap runs is full".to_owned()
        }
        ErrorKind::PermissionDenied => {
            "Nekonap is not permitted to read or write the file".to_owned()
        }
        _ => format!("the file cannot be read or written: {error}"),
    }
}
