//! On how many days accounts were online, kept only in the database.

use nekonap_ids::Uin;
use rusqlite::{OptionalExtension, params};

use super::World;
use crate::{clock, refusal::Refusal};

impl World {
    /// Notes that an account is online today. Days begin at midnight of UTC+8.
    pub(crate) fn note_login(&mut self, uin: Uin) -> Result<(), Refusal> {
        let today = clock::day(self.now()).cast_signed();
        self.store.write(
            "INSERT INTO login_days (uin, days, last) VALUES (?1, 1, ?2)
             ON CONFLICT (uin) DO UPDATE SET days = days + (last <> ?2), last = ?2",
            params![uin, today],
        )?;
        Ok(())
    }

    /// On how many days an account was online.
    pub(crate) fn login_days(&self, uin: Uin) -> Result<u32, Refusal> {
        let days = self
            .store
            .read("SELECT days FROM login_days WHERE uin = ?1")?
            .query_row(params![uin], |row| row.get(0))
            .optional()?;
        Ok(days.unwrap_or(0))
    }
}
