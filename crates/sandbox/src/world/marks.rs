//! Marks on messages: reactions, essence and read marks.

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::message::Emoji;
use rusqlite::{OptionalExtension, params};

use super::{Chat, World};
use crate::refusal::Refusal;

/// A reaction to a message, with the people who added it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reaction {
    pub(crate) emoji: Emoji,
    /// Time of the latest reaction, in Unix seconds.
    pub(crate) time: u64,
    /// The people, in the order in which they reacted.
    pub(crate) by: Vec<Uin>,
}

/// An essence message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Essence {
    pub(crate) sequence: Sequence,
    pub(crate) operator: Uin,
    /// Time at which it was added, in Unix seconds.
    pub(crate) time: u64,
}
impl World {
    /// The reactions to a group message, in the order of their first use.
    pub(crate) fn reactions(
        &self,
        group: GroupUin,
        sequence: Sequence,
    ) -> Result<Vec<Reaction>, Refusal> {
        let mut statement = self.store.read(
            "SELECT code, uin, emoji, time FROM reactions WHERE group_uin = ?1 AND sequence = ?2
             ORDER BY time, code, uin",
        )?;
        let rows = statement.query_map(params![group, sequence], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, Uin>(1).ok(),
                row.get::<_, bool>(2)?,
                row.get::<_, i64>(3)?.cast_unsigned(),
            ))
        })?;
        let mut reactions: Vec<Reaction> = Vec::new();
        for row in rows {
            let (code, uin, unicode, time) = row?;
            let emoji = if unicode {
                Emoji::unicode(&code)
            } else {
                Emoji::face(&code)
            };
            let (Some(uin), Ok(emoji)) = (uin, emoji) else {
                continue;
            };
            match reactions.iter_mut().find(|one| one.emoji == emoji) {
                Some(reaction) => {
                    reaction.time = time;
                    reaction.by.push(uin);
                }
                None => reactions.push(Reaction {
                    emoji,
                    time,
                    by: vec![uin],
                }),
            }
        }
        Ok(reactions)
    }

    /// Adds a reaction. Returns whether it is new.
    pub(crate) fn add_reaction(
        &mut self,
        group: GroupUin,
        sequence: Sequence,
        uin: Uin,
        emoji: Emoji,
    ) -> Result<bool, Refusal> {
        let time = self.now().cast_signed();
        Ok(self.store.write(
            "INSERT OR IGNORE INTO reactions (group_uin, sequence, code, uin, emoji, time)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                group,
                sequence,
                emoji.code(),
                uin,
                matches!(emoji, Emoji::Unicode(_)),
                time
            ],
        )? == 1)
    }

    /// Removes a reaction. Returns whether it existed.
    pub(crate) fn remove_reaction(
        &mut self,
        group: GroupUin,
        sequence: Sequence,
        uin: Uin,
        emoji: Emoji,
    ) -> Result<bool, Refusal> {
        Ok(self.store.write("DELETE FROM reactions WHERE group_uin = ?1 AND sequence = ?2 AND code = ?3 AND uin = ?4", params![
                group,
                sequence,
                emoji.code(),
                uin
            ])?
            == 1)
    }

    /// Adds a message to the essence or removes it. Returns whether this was a change.
    pub(crate) fn set_essence(
        &mut self,
        group: GroupUin,
        sequence: Sequence,
        operator: Uin,
        set: bool,
    ) -> Result<bool, Refusal> {
        let changed = if set {
            let time = self.now().cast_signed();
            self.store.write("INSERT OR IGNORE INTO essence (group_uin, sequence, operator, time) VALUES (?1, ?2, ?3, ?4)", params![group, sequence, operator, time])?
        } else {
            self.store.write(
                "DELETE FROM essence WHERE group_uin = ?1 AND sequence = ?2",
                params![group, sequence],
            )?
        };
        Ok(changed == 1)
    }

    /// A group's essence messages, newest first: at most `limit` after the first `skip`.
    pub(crate) fn essence(
        &self,
        group: GroupUin,
        skip: u32,
        limit: u32,
    ) -> Result<Vec<Essence>, Refusal> {
        let mut statement = self.store.read(
            "SELECT sequence, operator, time FROM essence WHERE group_uin = ?1
             ORDER BY time DESC, sequence DESC LIMIT ?2 OFFSET ?3",
        )?;
        let rows = statement.query_map(params![group, limit, skip], |row| {
            Ok((
                row.get::<_, Sequence>(0)?,
                row.get::<_, Uin>(1).ok(),
                row.get::<_, i64>(2)?.cast_unsigned(),
            ))
        })?;
        let mut found = Vec::new();
        for row in rows {
            let (sequence, operator, time) = row?;
            if let Some(operator) = operator {
                found.push(Essence {
                    sequence,
                    operator,
                    time,
                });
            }
        }
        Ok(found)
    }

    /// The sequence up to which a person has read a conversation; 0 if nothing was read.
    pub(crate) fn read_up_to(&self, reader: Uin, chat: Chat) -> Result<Sequence, Refusal> {
        let (kind, a, b) = chat.key();
        Ok(self
            .store
            .read(
                "SELECT sequence FROM reads WHERE reader = ?1 AND kind = ?2 AND a = ?3 AND b = ?4",
            )?
            .query_row(params![reader, kind, a, b], |row| row.get(0))
            .optional()?
            .unwrap_or_default())
    }

    /// Sets the sequence up to which a person has read a conversation.
    pub(crate) fn set_read(
        &mut self,
        reader: Uin,
        chat: Chat,
        sequence: Sequence,
    ) -> Result<(), Refusal> {
        let (kind, a, b) = chat.key();
        self.store.write(
            "INSERT INTO reads (reader, kind, a, b, sequence) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET sequence = excluded.sequence",
            params![reader, kind, a, b, sequence],
        )?;
        Ok(())
    }
}
