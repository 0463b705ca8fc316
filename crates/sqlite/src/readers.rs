//! The reader connections. They are opened on demand and run on tokio's blocking pool.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::{READERS, error::Error, open::open_reader};

/// A pool of [`READERS`] connections on one file.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    cache_kib: u32,
    /// One permit per connection. Closed with the pool.
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf, cache_kib: u32) -> Self {
        Self {
            path,
            cache_kib,
            permits: Arc::new(Semaphore::new(READERS)),
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Runs a job on a free connection.
    pub(crate) async fn read<R, F>(self: &Arc<Self>, job: F) -> Result<R, Error>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<R> + Send + 'static,
        R: Send + 'static,
    {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| Error::Closed)?;
        let pool = Arc::clone(self);
        let work = move || {
            let _permit = permit;
            let connection = pool.take()?;
            let outcome = snapshot(&connection, job);
            pool.put_back(connection);
            outcome
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(outcome) => outcome.map_err(|error| Error::Job(Arc::new(error))),
            Err(error) if error.is_panic() => Err(Error::Panicked),
            Err(_) => Err(Error::Closed),
        }
    }

    /// Waits for running reads and closes all connections.
    pub(crate) async fn close(&self) {
        let everyone = u32::try_from(READERS).unwrap_or(u32::MAX);
        if let Ok(permits) = self.permits.acquire_many(everyone).await {
            self.permits.close();
            drop(permits);
        }
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn take(&self) -> rusqlite::Result<Connection> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.map_or_else(|| open_reader(&self.path, self.cache_kib), Ok)
    }

    fn put_back(&self, connection: Connection) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
    }
}

/// Runs the job in one read transaction, so that all its queries see the same snapshot.
fn snapshot<R>(
    connection: &Connection,
    job: impl FnOnce(&Connection) -> rusqlite::Result<R>,
) -> rusqlite::Result<R> {
    let transaction = connection.unchecked_transaction()?;
    let outcome = job(&transaction)?;
    transaction.commit()?;
    Ok(outcome)
}
