//! The honours of groups.

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::push::HonorKind;
use rusqlite::params;

use super::World;
use crate::refusal::Refusal;

/// A member with an honour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Honored {
    pub(crate) uin: Uin,
    /// When the member got it, in Unix seconds.
    pub(crate) time: u64,
    /// For how many days.
    pub(crate) days: u32,
}

impl World {
    /// Who has or had an honour of a group, newest first.
    pub(crate) fn honored(
        &self,
        group: GroupUin,
        kind: HonorKind,
    ) -> Result<Vec<Honored>, Refusal> {
        let mut statement = self.store.read(
            "SELECT uin, time, days FROM honors WHERE group_uin = ?1 AND kind = ?2 ORDER BY rowid DESC",
        )?;
        let rows = statement.query_map(params![group, kind.number()], |row| {
            Ok(Honored {
                uin: row.get(0)?,
                time: row.get::<_, i64>(1)?.cast_unsigned(),
                days: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Gives a member an honour now.
    pub(crate) fn give_honor(
        &mut self,
        group: GroupUin,
        kind: HonorKind,
        uin: Uin,
        days: u32,
    ) -> Result<(), Refusal> {
        self.store.write(
            // The new row is the last.
            "INSERT OR REPLACE INTO honors (group_uin, kind, uin, time, days) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![group, kind.number(), uin, self.now().cast_signed(), days],
        )?;
        Ok(())
    }
}
