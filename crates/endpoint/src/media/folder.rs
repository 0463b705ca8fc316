//! The folder of media: its parts, and files that are deleted after use.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use tempfile::{NamedTempFile, TempDir};

/// The folder, created when it is first needed.
#[derive(Debug)]
pub(crate) struct Folder {
    configured: Option<PathBuf>,
    opened: OnceLock<Result<Opened, String>>,
}

#[derive(Debug)]
struct Opened {
    root: PathBuf,
    /// Deletes the folder at the end.
    _temporary: Option<TempDir>,
}

/// A part of the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Files that are deleted after use.
    Temporary,
    /// The cache.
    Cache,
    /// Uploads by stream.
    Streams,
    /// Uploads by stream that are kept until `clean_stream_temp_file`.
    Kept,
}

impl Place {
    const ALL: [Self; 4] = [Self::Temporary, Self::Cache, Self::Streams, Self::Kept];

    const fn name(self) -> &'static str {
        match self {
            Self::Temporary => "temp",
            Self::Cache => "cache",
            Self::Streams => "streams",
            Self::Kept => "kept",
        }
    }
}

impl Folder {
    pub(crate) fn new(configured: Option<PathBuf>) -> Self {
        Self {
            configured,
            opened: OnceLock::new(),
        }
    }

    /// The folder itself. The first call creates it and deletes what an earlier process left in it unfinished.
    ///
    /// # Errors
    /// The folder cannot be created.
    pub(crate) fn root(&self) -> io::Result<&Path> {
        let opened = self.opened.get_or_init(|| {
            self.open().map_err(|error| {
                tracing::error!(%error, folder = ?self.configured, "the folder for media cannot be used");
                error.to_string()
            })
        });
        match opened {
            Ok(opened) => Ok(&opened.root),
            Err(error) => Err(io::Error::other(error.clone())),
        }
    }

    fn open(&self) -> io::Result<Opened> {
        let (root, temporary) = match &self.configured {
            Some(folder) => (std::path::absolute(folder)?, None),
            None => {
                let folder = tempfile::Builder::new().prefix("nekonap-").tempdir()?;
                (folder.path().to_path_buf(), Some(folder))
            }
        };
        for place in [Place::Temporary, Place::Streams] {
            empty(&root.join(place.name()))?;
        }
        for place in Place::ALL {
            create_private(&root.join(place.name()))?;
        }
        // Links of the system, such as a temporary folder that is one, must not make the paths look foreign.
        let root = root.canonicalize()?;
        Ok(Opened {
            root,
            _temporary: temporary,
        })
    }

    /// Whether the folder exists or is configured. A temporary one is not worth creating for a look.
    pub(crate) fn is_worth_a_look(&self) -> bool {
        self.configured.is_some() || self.opened.get().is_some()
    }

    /// A part of the folder.
    ///
    /// # Errors
    /// As [`root`](Self::root).
    pub(crate) fn place(&self, place: Place) -> io::Result<PathBuf> {
        Ok(self.root()?.join(place.name()))
    }

    /// A new file that is deleted when it is dropped.
    ///
    /// # Errors
    /// As [`root`](Self::root); the file cannot be created.
    pub(crate) fn temporary(&self) -> io::Result<NamedTempFile> {
        tempfile::Builder::new()
            .prefix("media-")
            .tempfile_in(self.place(Place::Temporary)?)
    }
}

/// Creates a folder that only this user can read.
pub(crate) fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Deletes what is in a folder, if there is one.
pub(crate) fn empty(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Writes a folder's entries to disk, so that a rename survives a power cut. A system that cannot do that is ignored.
pub(crate) fn sync_folder(path: &Path) {
    if let Ok(folder) = fs::File::open(path) {
        let _ = folder.sync_all();
    }
}
