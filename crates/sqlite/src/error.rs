//! What can go wrong with a database.

use std::{io, path::PathBuf, sync::Arc};

use thiserror::Error;

/// Why a database could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another process (or another part of this one) has it open.
    #[error(
        "{} is in use{}: stop the other Nekonap or give this one a data directory of its own",
        path.display(),
        process.map(|id| format!(" by process {id}")).unwrap_or_default()
    )]
    InUse {
        /// The database.
        path: PathBuf,
        /// The process that holds it, as far as its lock file says.
        process: Option<u32>,
    },
    /// The file was written by a newer version of the program, with a schema that this one does not know.
    #[error("{} has schema {found}, and this version knows {known} at most: use the newer Nekonap", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// The schema of the file.
        found: u32,
        /// The newest schema known here.
        known: u32,
    },
    /// A file or directory could not be made, locked, read or moved.
    #[error("{what} {}: {source}", path.display())]
    File {
        /// What was attempted.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A step of the schema failed. The file is as it was before.
    #[error("migration {step} of the database failed: {source}")]
    Migration {
        /// The step, counted from 1.
        step: u32,
        /// Why it failed.
        source: rusqlite::Error,
    },
    /// SQLite refused for another reason.
    #[error("{}: {source}", path.display())]
    Sqlite {
        /// The database.
        path: PathBuf,
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// The writer's thread could not be started.
    #[error("the database's thread could not be started: {0}")]
    Thread(io::Error),
}

/// Why a read or a write came to nothing.
#[derive(Debug, Clone, Error)]
pub enum Error {
    /// The job itself failed, and changed nothing.
    #[error(transparent)]
    Job(Arc<rusqlite::Error>),
    /// The transaction that the job was part of could not be begun or committed. Nothing of it remains.
    #[error("the transaction failed: {0}")]
    Transaction(Arc<rusqlite::Error>),
    /// The job panicked; it was rolled back.
    #[error("a database job panicked")]
    Panicked,
    /// The database is closed.
    #[error("the database is closed")]
    Closed,
}

impl Error {
    /// Whether the disk, not the job, is at fault: full, unwritable or failing. Trying again later may help.
    pub fn is_storage(&self) -> bool {
        use rusqlite::ErrorCode;
        let (Self::Job(error) | Self::Transaction(error)) = self else {
            return false;
        };
        matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::ReadOnly
                    | ErrorCode::CannotOpen
                    | ErrorCode::PermissionDenied
                    | ErrorCode::DatabaseCorrupt
                    // The error of the other jobs in a transaction that SQLite rolled back because the disk is full.
                    | ErrorCode::OperationAborted
            )
        )
    }
}
