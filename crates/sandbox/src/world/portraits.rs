//! Pictures of accounts and groups, kept only in the database and among the files.

use nekonap_ids::{GroupUin, Uin};
use rusqlite::{OptionalExtension, params};

use super::{Sha1, World};
use crate::refusal::Refusal;

/// Whose picture it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Portrait {
    Account(Uin),
    Group(GroupUin),
}

impl Portrait {
    /// Kind and number in the database.
    fn key(self) -> (u32, i64) {
        match self {
            Self::Account(uin) => (0, uin.get().cast_signed()),
            Self::Group(group) => (1, group.get().cast_signed()),
        }
    }
}

impl World {
    /// Sets a picture, which must be stored.
    pub(crate) fn set_portrait(&mut self, of: Portrait, picture: &Sha1) -> Result<(), Refusal> {
        let (kind, number) = of.key();
        self.store.write(
            "INSERT INTO portraits (kind, number, sha1) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET sha1 = excluded.sha1",
            params![kind, number, picture],
        )?;
        Ok(())
    }

    /// The picture that was set, if any.
    pub(crate) fn portrait(&self, of: Portrait) -> Result<Option<Sha1>, Refusal> {
        let (kind, number) = of.key();
        Ok(self
            .store
            .read("SELECT sha1 FROM portraits WHERE kind = ?1 AND number = ?2")?
            .query_row(params![kind, number], |row| row.get(0))
            .optional()?)
    }
}
