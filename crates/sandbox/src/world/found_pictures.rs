//! Pictures that a search for a word finds, kept only in the database and among the files.

use rusqlite::{OptionalExtension, params};

use super::{Sha1, World};
use crate::refusal::{Refusal, code};

/// Maximum number of pictures.
pub(crate) const MAX_FOUND: u32 = 1_000;

impl World {
    /// Numbers of the newest `limit` pictures of a word, newest first.
    pub(crate) fn found_pictures(&self, word: &str, limit: u32) -> Result<Vec<u32>, Refusal> {
        let mut statement = self.store.read(
            "SELECT number FROM found_pictures WHERE word = ?1 ORDER BY number DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![word.to_lowercase(), limit], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Lets a search for a word find a stored picture; returns the picture's number.
    pub(crate) fn offer_picture(&mut self, word: &str, picture: &Sha1) -> Result<u32, Refusal> {
        let (count, last): (u32, u32) = self
            .store
            .read("SELECT count(*), coalesce(max(number), 0) FROM found_pictures")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if count >= MAX_FOUND {
            let text = format!("at most {MAX_FOUND} pictures can be found");
            return Err(Refusal::not_allowed(code::TOO_LARGE, text));
        }
        let number = last + 1;
        self.store.write(
            "INSERT INTO found_pictures (number, word, sha1) VALUES (?1, ?2, ?3)",
            params![number, word.to_lowercase(), picture],
        )?;
        Ok(number)
    }

    /// A picture that a search has found.
    pub(crate) fn found_picture(&self, number: u32) -> Result<Option<Sha1>, Refusal> {
        Ok(self
            .store
            .read("SELECT sha1 FROM found_pictures WHERE number = ?1")?
            .query_row(params![number], |row| row.get(0))
            .optional()?)
    }
}
