//! Favourites: texts that the account keeps. No command of the servers is known for them, so they are only here
//! (protocol/04 §13.4).

use rusqlite::{Connection, params};

use crate::{ArchiveError, Store, since_epoch};

/// How many favourites an account can keep.
pub const MAX_COLLECTIONS: u32 = 10_000;

/// A favourite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// Its number, from 1 on. Numbers are never used again.
    pub number: i64,
    /// When it was added, Unix milliseconds by this machine's clock.
    pub created: u64,
    /// Title line.
    pub brief: String,
    /// The whole text.
    pub content: String,
}

impl Store {
    /// Adds a favourite and returns its number. `None` if there are already [`MAX_COLLECTIONS`].
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn add_collection(
        &self,
        brief: String,
        content: String,
    ) -> Result<Option<i64>, ArchiveError> {
        let created = since_epoch().as_millis();
        let created = i64::try_from(created).unwrap_or(i64::MAX);
        let add = move |connection: &Connection| {
            let added = connection
                .prepare_cached(
                    "INSERT INTO collections (created, brief, content) SELECT ?1, ?2, ?3
                     WHERE (SELECT count(*) FROM collections) < ?4",
                )?
                .execute(params![created, brief, content, MAX_COLLECTIONS])?;
            Ok((added == 1).then(|| connection.last_insert_rowid()))
        };
        Ok(self.0.database.write(add).await?)
    }

    /// The newest `limit` favourites, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn collections(&self, limit: u32) -> Result<Vec<Collection>, ArchiveError> {
        let read = move |connection: &Connection| newest(connection, limit);
        Ok(self.0.database.read(read).await?)
    }
}

fn newest(connection: &Connection, limit: u32) -> rusqlite::Result<Vec<Collection>> {
    let mut statement = connection.prepare_cached(
        "SELECT number, created, brief, content FROM collections ORDER BY number DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| {
        Ok(Collection {
            number: row.get(0)?,
            created: row.get::<_, i64>(1)?.cast_unsigned(),
            brief: row.get(2)?,
            content: row.get(3)?,
        })
    })?;
    rows.collect()
}
