//! The world's database. All writes go through [`Store::write`], which records that the job has written. If such a
//! job is refused, it is rolled back and the memory is reloaded.

use std::cell::Cell;

use nekonap_sqlite::Exclusive;
use rusqlite::{CachedStatement, Params, Statement};

use crate::refusal::Refusal;

/// The database connection of the world's thread.
pub(super) struct Store {
    connection: Exclusive,
    /// Whether a job has written since the last savepoint.
    written: Cell<bool>,
}

impl Store {
    pub(super) fn new(connection: Exclusive) -> Self {
        Self {
            connection,
            written: Cell::new(false),
        }
    }

    /// Prepares a read-only statement and caches it.
    pub(super) fn read(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.connection.prepare_cached(sql)
    }

    /// Prepares a read-only statement without caching it.
    pub(super) fn read_once(&self, sql: &str) -> rusqlite::Result<Statement<'_>> {
        self.connection.prepare(sql)
    }

    /// Executes a statement that writes. Returns the number of changed rows.
    pub(super) fn write(&self, sql: &str, params: impl Params) -> Result<usize, Refusal> {
        self.written.set(true);
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Whether a job has written since the last [`savepoint`](Self::savepoint).
    pub(super) fn has_written(&self) -> bool {
        self.written.get()
    }

    pub(super) fn begin(&self) -> Result<(), Refusal> {
        self.control("BEGIN IMMEDIATE")
    }

    pub(super) fn commit(&self) -> Result<(), Refusal> {
        self.control("COMMIT")
    }

    pub(super) fn roll_back(&self) -> Result<(), Refusal> {
        self.control("ROLLBACK")
    }

    pub(super) fn savepoint(&self) -> Result<(), Refusal> {
        self.written.set(false);
        self.control("SAVEPOINT job")
    }

    pub(super) fn release_savepoint(&self) -> Result<(), Refusal> {
        self.control("RELEASE job")
    }

    pub(super) fn roll_back_to_savepoint(&self) -> Result<(), Refusal> {
        self.control("ROLLBACK TO job")
    }

    fn control(&self, sql: &str) -> Result<(), Refusal> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}
