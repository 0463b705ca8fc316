//! A writer thread that owns a database and commits its queue in batches.
//!
//! [`Database`] is for asynchronous callers: writes go to the one writer thread, where all queued jobs become one
//! transaction, and reads to a small pool of connections. [`open_connection`] is for a thread that owns its database
//! itself. Both open a database the same way: behind a lock file, so that two processes never share it; a file that
//! cannot be read is moved aside and never overwritten; the schema is migrated to the newest version
//! (ARCHITECTURE "What survives").
//!
//! In WAL mode with `synchronous=NORMAL` a commit survives the death of the process; a power cut may take the last
//! moments.

mod error;
mod lock;
mod migrate;
mod open;
mod readers;
mod writer;

use std::{path::PathBuf, sync::Arc};

pub use error::{Error, OpenError};
pub use open::{Exclusive, Opened, Options, SetAside, open_connection};
/// The SQLite bindings that this crate's signatures use.
pub use rusqlite;
use rusqlite::Connection;

use crate::{readers::Readers, writer::Writer};

/// A database shared by asynchronous tasks: a cheap handle on the writer thread and the readers.
///
/// When the last handle is dropped the writer finishes its queue and closes the file; [`Database::close`]
/// waits for that.
#[derive(Debug, Clone)]
pub struct Database {
    writer: Writer,
    /// None for a database in memory, which no second connection can see: its reads are the writer's jobs too.
    readers: Option<Arc<Readers>>,
}

impl Database {
    /// Opens the database and starts its writer thread. This reads and may write files: call it where that is allowed.
    ///
    /// # Errors
    /// See [`OpenError`]. A broken file is no error: it is set aside, and the result says so.
    pub fn open(options: &Options) -> Result<Opened<Self>, OpenError> {
        let Opened {
            database: connection,
            set_aside,
        } = open_connection(options)?;
        let readers = options
            .path
            .clone()
            .map(|path| Arc::new(Readers::new(path, options.cache_kib)));
        let writer = Writer::start(connection).map_err(OpenError::Thread)?;
        Ok(Opened {
            database: Self { writer, readers },
            set_aside,
        })
    }

    /// Runs `job` on the writer thread, in a savepoint of its own, and returns once its transaction is committed.
    ///
    /// Jobs run in the order of the calls (of their first polls). An `Err` rolls back this job and no other. Waits
    /// while [`QUEUED_JOBS`] are queued. Once queued, a job runs even if the caller no longer waits.
    ///
    /// # Errors
    /// The job's own error, a failed commit, a panic in the job, or a database already closed. The job has then changed
    /// nothing.
    pub async fn write<R, F>(&self, job: F) -> Result<R, Error>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<R> + Send + 'static,
        R: Send + 'static,
    {
        self.writer.write(job).await
    }

    /// Runs `job` on a reading connection, in one snapshot: it sees all that was committed before.
    ///
    /// # Errors
    /// The job's own error (also an attempt to write), a panic in it, or a database already closed.
    pub async fn read<R, F>(&self, job: F) -> Result<R, Error>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<R> + Send + 'static,
        R: Send + 'static,
    {
        match &self.readers {
            Some(readers) => readers.read(job).await,
            None => self.writer.write(job).await,
        }
    }

    /// Commits the queue, closes the file and releases its lock. Later calls fail with [`Error::Closed`].
    pub async fn close(&self) {
        if let Some(readers) = &self.readers {
            readers.close().await;
        }
        self.writer.close().await;
    }
}

/// How many jobs may wait for the writer before a caller has to wait for room: a few commits' worth.
pub const QUEUED_JOBS: usize = 1024;

/// How many jobs one transaction takes at most, so that the first of them does not wait for too many others.
pub const BATCHED_JOBS: usize = 256;

/// How many connections read at the same time. Reads take microseconds; two keep a slow one from holding up all.
pub const READERS: usize = 2;

/// Where the file's lock is kept: `name.db.lock` beside `name.db`.
fn beside(path: &std::path::Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
