//! Likes of profiles, kept only in the database.

use nekonap_ids::Uin;
use nekonap_wire::commands::friends::LikeTotals;
use rusqlite::{OptionalExtension, Row, params};

use super::World;
use crate::refusal::Refusal;

/// How often a person may like the profile of another in a day.
const A_DAY: u32 = 10;
/// Days begin at midnight of UTC+8.
const OFFSET: u64 = 8 * 3_600;
const DAY: u64 = 86_400;

/// The likes between two people, in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Likes {
    /// The person who is not the owner of the list.
    pub(crate) other: Uin,
    pub(crate) total: u32,
    /// Time of the latest like, in Unix seconds.
    pub(crate) latest: u64,
    pub(crate) today: u32,
}

impl World {
    fn day(&self) -> i64 {
        ((self.now() + OFFSET) / DAY).cast_signed()
    }

    /// Adds likes, as many as are left for today. Returns how many were added, and how many the liker has given the
    /// target in total.
    pub(crate) fn add_likes(
        &mut self,
        liker: Uin,
        target: Uin,
        count: u32,
    ) -> Result<(u32, u32), Refusal> {
        let day = self.day();
        let sql = "SELECT total, CASE day WHEN ?3 THEN today ELSE 0 END FROM likes WHERE target = ?1 AND liker = ?2";
        let before: Option<(u32, u32)> = self
            .store
            .read(sql)?
            .query_row(params![target, liker, day], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let (total, today) = before.unwrap_or_default();
        let added = count.min(A_DAY.saturating_sub(today));
        let (total, today) = (total.saturating_add(added), today + added);
        if added > 0 {
            self.store.write(
                "INSERT INTO likes (target, liker, total, latest, day, today, unseen) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT DO UPDATE SET total = ?3, latest = ?4, day = ?5, today = ?6, unseen = unseen + ?7",
                params![target, liker, total, self.now().cast_signed(), day, today, added],
            )?;
        }
        Ok((added, total))
    }

    /// The people who like an account, the latest first.
    pub(crate) fn likers(&self, of: Uin, start: u32, limit: u32) -> Result<Vec<Likes>, Refusal> {
        self.like_list(
            "SELECT liker, total, latest, CASE day WHEN ?2 THEN today ELSE 0 END FROM likes WHERE target = ?1
             ORDER BY latest DESC, liker LIMIT ?3 OFFSET ?4",
            (of, start, limit),
        )
    }

    /// The people whom an account likes, the latest first.
    pub(crate) fn liked(&self, by: Uin, start: u32, limit: u32) -> Result<Vec<Likes>, Refusal> {
        self.like_list(
            "SELECT target, total, latest, CASE day WHEN ?2 THEN today ELSE 0 END FROM likes WHERE liker = ?1
             ORDER BY latest DESC, target LIMIT ?3 OFFSET ?4",
            (by, start, limit),
        )
    }

    fn like_list(
        &self,
        sql: &str,
        (owner, start, limit): (Uin, u32, u32),
    ) -> Result<Vec<Likes>, Refusal> {
        let read = |row: &Row<'_>| {
            Ok(Likes {
                other: row.get(0)?,
                total: row.get(1)?,
                latest: row.get::<_, i64>(2)?.cast_unsigned(),
                today: row.get(3)?,
            })
        };
        let mut statement = self.store.read(sql)?;
        let rows = statement.query_map(params![owner, self.day(), limit, start], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The numbers of likes of an account.
    pub(crate) fn like_totals(&self, uin: Uin) -> Result<LikeTotals, Refusal> {
        let unsigned =
            |row: &Row<'_>, at| Ok::<_, rusqlite::Error>(row.get::<_, i64>(at)?.cast_unsigned());
        let mut received = self.store.read(
            "SELECT ifnull(sum(total), 0), ifnull(sum(unseen), 0),
                (SELECT ifnull(max(time), 0) FROM like_visits WHERE uin = ?1) FROM likes WHERE target = ?1",
        )?;
        let totals = received.query_row(params![uin], |row| {
            Ok(LikeTotals {
                time: self.now(),
                received: row.get(0)?,
                new: row.get(1)?,
                last_visit: unsigned(row, 2)?,
                ..LikeTotals::default()
            })
        })?;
        let mut given = self.store.read(
            "SELECT ifnull(sum(total), 0), ifnull(max(latest), 0),
                ifnull(sum(CASE day WHEN ?2 THEN today ELSE 0 END), 0) FROM likes WHERE liker = ?1",
        )?;
        Ok(given.query_row(params![uin, self.day()], |row| {
            Ok(LikeTotals {
                given: row.get(0)?,
                last_given: unsigned(row, 1)?,
                given_today: row.get(2)?,
                ..totals
            })
        })?)
    }

    /// Records that an account looked at its likes: those so far are no longer new.
    pub(crate) fn visit_likes(&mut self, uin: Uin) -> Result<(), Refusal> {
        self.store.write(
            "UPDATE likes SET unseen = 0 WHERE target = ?1 AND unseen > 0",
            params![uin],
        )?;
        self.store.write(
            "INSERT INTO like_visits (uin, time) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET time = ?2",
            params![uin, self.now().cast_signed()],
        )?;
        Ok(())
    }
}
