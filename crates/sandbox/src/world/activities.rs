//! Activities of groups: who has signed in, and the to-do.

use nekonap_ids::{GroupUin, Sequence, Uin};
use rusqlite::{OptionalExtension, params};

use super::World;
use crate::{clock::day, refusal::Refusal};

/// A member who has signed in on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signed {
    pub(crate) uin: Uin,
    /// The place in the order of that day, from 1.
    pub(crate) rank: u32,
    /// In Unix seconds.
    pub(crate) time: u64,
}

/// The to-do of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Todo {
    /// The message.
    pub(crate) sequence: Sequence,
    /// Who made it the to-do.
    pub(crate) operator: Uin,
    /// When, in Unix seconds.
    pub(crate) time: u64,
}

impl World {
    /// Who has signed in to a group on a day, in order: at most `limit` after the first `skip`.
    pub(crate) fn signed(
        &self,
        group: GroupUin,
        day: u64,
        skip: u32,
        limit: u32,
    ) -> Result<Vec<Signed>, Refusal> {
        let mut statement = self.store.read(
            "SELECT uin, rank, time FROM signs WHERE group_uin = ?1 AND day = ?2
             ORDER BY rank LIMIT ?3 OFFSET ?4",
        )?;
        let rows = statement.query_map(params![group, day.cast_signed(), limit, skip], signed)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many members have signed in to a group on a day.
    pub(crate) fn count_signed(&self, group: GroupUin, day: u64) -> Result<u32, Refusal> {
        Ok(self
            .store
            .read("SELECT count(*) FROM signs WHERE group_uin = ?1 AND day = ?2")?
            .query_row(params![group, day.cast_signed()], |row| row.get(0))?)
    }

    /// On how many days a person has signed in to a group.
    pub(crate) fn days_signed(&self, group: GroupUin, uin: Uin) -> Result<u64, Refusal> {
        let days: i64 = self
            .store
            .read("SELECT count(*) FROM signs WHERE group_uin = ?1 AND uin = ?2")?
            .query_row(params![group, uin], |row| row.get(0))?;
        Ok(days.cast_unsigned())
    }

    /// Signs a person in to a group for today. Returns the entry, and whether it is new.
    pub(crate) fn sign_in(&mut self, group: GroupUin, uin: Uin) -> Result<(Signed, bool), Refusal> {
        let time = self.now();
        let today = day(time);
        let before = self
            .store
            .read(
                "SELECT uin, rank, time FROM signs WHERE group_uin = ?1 AND day = ?2 AND uin = ?3",
            )?
            .query_row(params![group, today.cast_signed(), uin], signed)
            .optional()?;
        if let Some(before) = before {
            return Ok((before, false));
        }
        let rank = self.count_signed(group, today)? + 1;
        self.store.write(
            "INSERT INTO signs (group_uin, day, uin, rank, time) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![group, today.cast_signed(), uin, rank, time.cast_signed()],
        )?;
        Ok((Signed { uin, rank, time }, true))
    }

    /// The to-do of a group.
    pub(crate) fn todo(&self, group: GroupUin) -> Result<Option<Todo>, Refusal> {
        Ok(self
            .store
            .read("SELECT sequence, operator, time FROM todos WHERE group_uin = ?1")?
            .query_row(params![group], |row| {
                Ok(Todo {
                    sequence: row.get(0)?,
                    operator: row.get(1)?,
                    time: row.get::<_, i64>(2)?.cast_unsigned(),
                })
            })
            .optional()?)
    }

    /// Makes a message the to-do of a group. Nobody has completed it.
    pub(crate) fn set_todo(
        &mut self,
        group: GroupUin,
        sequence: Sequence,
        operator: Uin,
    ) -> Result<(), Refusal> {
        self.remove_todo(group)?;
        self.store.write(
            "INSERT INTO todos (group_uin, sequence, operator, time) VALUES (?1, ?2, ?3, ?4)",
            params![group, sequence, operator, self.now().cast_signed()],
        )?;
        Ok(())
    }

    /// Removes the to-do of a group.
    pub(crate) fn remove_todo(&mut self, group: GroupUin) -> Result<(), Refusal> {
        for sql in [
            "DELETE FROM todos WHERE group_uin = ?1",
            "DELETE FROM todos_done WHERE group_uin = ?1",
        ] {
            self.store.write(sql, params![group])?;
        }
        Ok(())
    }

    /// Completes the to-do of a group for a person. Returns whether this was a change.
    pub(crate) fn complete_todo(&mut self, group: GroupUin, uin: Uin) -> Result<bool, Refusal> {
        let changed = self.store.write(
            "INSERT OR IGNORE INTO todos_done (group_uin, uin) VALUES (?1, ?2)",
            params![group, uin],
        )?;
        Ok(changed == 1)
    }

    /// Who has completed the to-do of a group, by number.
    pub(crate) fn todo_done(&self, group: GroupUin) -> Result<Vec<Uin>, Refusal> {
        let mut statement = self
            .store
            .read("SELECT uin FROM todos_done WHERE group_uin = ?1 ORDER BY uin")?;
        let rows = statement.query_map(params![group], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn signed(row: &rusqlite::Row<'_>) -> rusqlite::Result<Signed> {
    Ok(Signed {
        uin: row.get(0)?,
        rank: row.get(1)?,
        time: row.get::<_, i64>(2)?.cast_unsigned(),
    })
}
