//! SQLite with a writer thread that commits queued jobs in batches.
//!
//! [`Database`] is for asynchronous callers. Writes go to one writer thread, which commits all queued jobs in one
//! transaction; reads use a small pool of connections. [`open_connection`] is for a thread that owns its database. Both
//! open a database in the same way (ARCHITECTURE "What survives"):
//!
//! - A lock file ensures that only one process uses the database.
//! - A file that cannot be read is moved aside and never overwritten.
//! - The schema is migrated to the newest version.
//!
//! With WAL mode and `synchronous=NORMAL`, a commit survives a crash of the process. A power failure may lose the most
//! recent commits.

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

use crate::{
    readers::Readers,
    writer::{Guard, Writer},
};

/// A handle of a database for asynchronous tasks. Clones share the writer thread and the readers.
///
/// When the last handle is dropped, the writer commits its queue and closes the file. [`Database::close`] waits for this.
#[derive(Debug, Clone)]
pub struct Database {
    writer: Writer,
    /// `None` for a database in memory, which only one connection can use: the writer also runs its reads.
    readers: Option<Arc<Readers>>,
}

impl Database {
    /// Opens the database and starts its writer thread. This blocks on file I/O.
    ///
    /// # Errors
    /// See [`OpenError`]. A damaged file is not an error: it is moved aside, see [`Opened::set_aside`].
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

    /// Runs `job` on the writer thread, in its own savepoint, and returns when its transaction is committed.
    ///
    /// Jobs run in the order in which the futures are first polled. An `Err` rolls back only this job. Waits while
    /// [`QUEUED_JOBS`] jobs are queued. A queued job runs even if the future is dropped.
    ///
    /// # Errors
    /// The job returns an error or panics, the commit fails, or the database is closed. In all cases the job has changed
    /// nothing.
    pub async fn write<R, F>(&self, job: F) -> Result<R, Error>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<R> + Send + 'static,
        R: Send + 'static,
    {
        self.writer.write(job, Guard::Savepoint).await
    }

    /// Like [`Database::write`], but when the transaction has ended, the writer thread first passes the outcome to `then`,
    /// whose result is returned. The calls of `then` have the order of the jobs. `then` must not block or panic.
    ///
    /// There is no savepoint, which costs as much as a small job: if the job returns an error or panics, its whole
    /// transaction is rolled back, and every job in it fails. For jobs that only a failing disk makes fail.
    ///
    /// # Errors
    /// The database is closed, and `then` was not called. All other errors are passed to `then`.
    pub async fn write_then<R, S, F, T>(&self, job: F, then: T) -> Result<S, Error>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<R> + Send + 'static,
        T: FnOnce(Result<R, Error>) -> S + Send + 'static,
        R: Send + 'static,
        S: Send + 'static,
    {
        self.writer.write_then(job, Guard::Transaction, then).await
    }

    /// Runs `job` on a reader connection. All its queries see the same snapshot, with all earlier commits.
    ///
    /// # Errors
    /// The job returns an error (an attempt to write is one) or panics, or the database is closed.
    pub async fn read<R, F>(&self, job: F) -> Result<R, Error>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<R> + Send + 'static,
        R: Send + 'static,
    {
        match &self.readers {
            Some(readers) => readers.read(job).await,
            None => self.writer.write(job, Guard::Savepoint).await,
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

/// Capacity of the writer's queue, in jobs: enough for a few batches. When it is full, callers wait.
pub const QUEUED_JOBS: usize = 1024;

/// Maximum number of jobs in one transaction. It limits how long the first job waits for the commit.
pub const BATCHED_JOBS: usize = 256;

/// Number of reader connections. Reads take microseconds; the second connection keeps one slow read from blocking the
/// others.
pub const READERS: usize = 2;

/// Path of a file beside the database: with the suffix `.lock`, `name.db.lock` for `name.db`.
fn beside(path: &std::path::Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
