//! Errors of this crate.

use std::{io, path::PathBuf, sync::Arc};

use thiserror::Error;

/// Why a database could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another process, or another part of this process, has the database open.
    #[error(
        "{} is in use{}: stop the other Nekonap or use another data directory for this one",
        path.display(),
        process.map(|id| format!(" by process {id}")).unwrap_or_default()
    )]
    InUse {
        /// File of the database.
        path: PathBuf,
        /// Id of the process that has it open, if the lock file contains it.
        process: Option<u32>,
    },
    /// A newer version of the program wrote the file, with a schema that this version does not know.
    #[error("{} has schema {found}, but this version supports at most schema {known}: use a newer version of Nekonap", path.display())]
    Newer {
        /// File of the database.
        path: PathBuf,
        /// Schema version of the file.
        found: u32,
        /// Newest schema version that this program supports.
        known: u32,
    },
    /// A file or directory could not be created, locked, read or moved.
    #[error("{what} {}: {source}", path.display())]
    File {
        /// The operation that failed.
        what: &'static str,
        /// File or directory of the operation.
        path: PathBuf,
        /// Cause of the failure.
        source: io::Error,
    },
    /// A migration failed. The steps before it remain applied; the failed one changed nothing.
    #[error("migration {step} of the database failed: {source}")]
    Migration {
        /// Number of the migration, from 1.
        step: u32,
        /// Cause of the failure.
        source: rusqlite::Error,
    },
    /// Another error of SQLite.
    #[error("{}: {source}", path.display())]
    Sqlite {
        /// File of the database.
        path: PathBuf,
        /// The error of SQLite.
        source: rusqlite::Error,
    },
    /// The writer thread could not be started.
    #[error("the database's thread could not be started: {0}")]
    Thread(io::Error),
}

/// Why a read or a write failed.
#[derive(Debug, Clone, Error)]
pub enum Error {
    /// The job returned an error and was rolled back.
    #[error(transparent)]
    Job(Arc<rusqlite::Error>),
    /// The transaction of the job could not be started or committed. All its jobs were rolled back.
    #[error("the transaction failed: {0}")]
    Transaction(Arc<rusqlite::Error>),
    /// The job panicked and was rolled back.
    #[error("a database job panicked")]
    Panicked,
    /// The database is closed.
    #[error("the database is closed")]
    Closed,
}

impl Error {
    /// Whether the storage caused the error, not the job: the disk is full, read-only or failing. A later retry may
    /// succeed.
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
                    // SQLite rolled back the whole transaction, for example because the disk is full.
                    | ErrorCode::OperationAborted
            )
        )
    }
}
