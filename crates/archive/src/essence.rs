//! Essence: which messages of a group are kept in its list, as far as this account saw it change. QQ's own list is a web
//! page (`protocol/02` §10).

use nekonap_ids::{Conversation, GroupUin, Sequence, Uin};
use rusqlite::{Connection, params};

use crate::place;

/// A message that is essence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Essence {
    /// The message.
    pub sequence: Sequence,
    /// Its random; 0 if it is not known.
    pub random: u32,
    /// Who wrote it, if it is known.
    pub sender: Option<Uin>,
    /// Who made it essence, if it is known.
    pub operator: Option<Uin>,
    /// When, in Unix seconds.
    pub time: u64,
}

/// Writes down that a message is essence.
pub(crate) fn keep(
    connection: &Connection,
    group: GroupUin,
    essence: &Essence,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO essence (place, sequence, random, sender, operator, time)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (place, sequence) DO UPDATE SET
                 random = CASE excluded.random WHEN 0 THEN random ELSE excluded.random END,
                 sender = coalesce(excluded.sender, sender),
                 operator = coalesce(excluded.operator, operator),
                 time = excluded.time",
        )?
        .execute(params![
            key(group),
            essence.sequence.get().cast_signed(),
            essence.random,
            essence.sender.map(|sender| sender.get().cast_signed()),
            essence
                .operator
                .map(|operator| operator.get().cast_signed()),
            essence.time.cast_signed(),
        ])?;
    Ok(())
}

/// Writes down that a message is essence no more.
pub(crate) fn release(
    connection: &Connection,
    group: GroupUin,
    sequence: Sequence,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM essence WHERE place = ?1 AND sequence = ?2")?
        .execute([key(group), sequence.get().cast_signed()])?;
    Ok(())
}

/// What is essence in a group, the newest first.
pub(crate) fn list(
    connection: &Connection,
    group: GroupUin,
    limit: u32,
) -> rusqlite::Result<Vec<Essence>> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence, random, sender, operator, time FROM essence WHERE place = ?1
         ORDER BY time DESC, sequence DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![key(group), limit], |row| {
        let uin = |column: usize| -> rusqlite::Result<Option<Uin>> {
            row.get::<_, Option<i64>>(column)?
                .map(|number| place::uin(number.cast_unsigned()))
                .transpose()
        };
        Ok(Essence {
            sequence: Sequence::new(row.get::<_, i64>(0)?.cast_unsigned()),
            random: row.get(1)?,
            sender: uin(2)?,
            operator: uin(3)?,
            time: row.get::<_, i64>(4)?.cast_unsigned(),
        })
    })?;
    rows.collect()
}

fn key(group: GroupUin) -> i64 {
    place::key(Conversation::Group(group))
}
