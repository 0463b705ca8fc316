//! Marks on messages: reactions, essence, and how far people have read.

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::message::Emoji;
use rusqlite::{OptionalExtension, params};

use super::{Chat, World};
use crate::refusal::Refusal;

/// A reaction, and who reacted with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reaction {
    pub(crate) emoji: Emoji,
    /// When the last of them reacted, unix seconds.
    pub(crate) time: u64,
    /// In the order of time.
    pub(crate) by: Vec<Uin>,
}

/// An essence message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Essence {
    pub(crate) sequence: Sequence,
    pub(crate) operator: Uin,
    /// When it became one, unix seconds.
    pub(crate) time: u64,
}
impl World {
    /// The reactions to a group message, the most recent kind last.
    pub(crate) fn reactions(
        &self,
        group: GroupUin,
        sequence: Sequence,
    ) -> Result<Vec<Reaction>, Refusal> {
        let mut statement = self.store.read(
            "SELECT code, uin, emoji, time FROM reactions WHERE group_uin = ?1 AND sequence = ?2
             ORDER BY time, code, uin",
        )?;
        let rows = statement.query_map(
            params![group.get().cast_signed(), sequence.get().cast_signed()],
            |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, i64>(1)?.cast_unsigned(),
                    row.get::<_, bool>(2)?,
                    row.get::<_, i64>(3)?.cast_unsigned(),
                ))
            },
        )?;
        let mut reactions: Vec<Reaction> = Vec::new();
        for row in rows {
            let (code, uin, unicode, time) = row?;
            let emoji = if unicode {
                Emoji::unicode(&code)
            } else {
                Emoji::face(&code)
            };
            let (Ok(uin), Ok(emoji)) = (Uin::new(uin), emoji) else {
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

    /// Adds a reaction; returns whether it is new.
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
                group.get().cast_signed(),
                sequence.get().cast_signed(),
                emoji.code(),
                uin.get().cast_signed(),
                matches!(emoji, Emoji::Unicode(_)),
                time
            ],
        )? == 1)
    }

    /// Removes a reaction; returns whether it was there.
    pub(crate) fn remove_reaction(
        &mut self,
        group: GroupUin,
        sequence: Sequence,
        uin: Uin,
        emoji: Emoji,
    ) -> Result<bool, Refusal> {
        Ok(self.store.write("DELETE FROM reactions WHERE group_uin = ?1 AND sequence = ?2 AND code = ?3 AND uin = ?4", params![
                group.get().cast_signed(),
                sequence.get().cast_signed(),
                emoji.code(),
                uin.get().cast_signed()
            ])?
            == 1)
    }

    /// Adds a message to the essence or removes it; returns whether that changed anything.
    pub(crate) fn set_essence(
        &mut self,
        group: GroupUin,
        sequence: Sequence,
        operator: Uin,
        set: bool,
    ) -> Result<bool, Refusal> {
        let (group, sequence) = (group.get().cast_signed(), sequence.get().cast_signed());
        let changed = if set {
            let time = self.now().cast_signed();
            self.store.write("INSERT OR IGNORE INTO essence (group_uin, sequence, operator, time) VALUES (?1, ?2, ?3, ?4)", params![group, sequence, operator.get().cast_signed(), time])?
        } else {
            self.store.write(
                "DELETE FROM essence WHERE group_uin = ?1 AND sequence = ?2",
                params![group, sequence],
            )?
        };
        Ok(changed == 1)
    }

    /// A group's essence, the newest first: `limit` of them after `skip`.
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
        let rows = statement.query_map(params![group.get().cast_signed(), limit, skip], |row| {
            Ok((
                row.get::<_, i64>(0)?.cast_unsigned(),
                row.get::<_, i64>(1)?.cast_unsigned(),
                row.get::<_, i64>(2)?.cast_unsigned(),
            ))
        })?;
        let mut found = Vec::new();
        for row in rows {
            let (sequence, operator, time) = row?;
            if let Ok(operator) = Uin::new(operator) {
                found.push(Essence {
                    sequence: Sequence::new(sequence),
                    operator,
                    time,
                });
            }
        }
        Ok(found)
    }

    /// The sequence up to which somebody has read; 0 if nothing.
    pub(crate) fn read_up_to(&self, reader: Uin, chat: Chat) -> Result<Sequence, Refusal> {
        let (kind, a, b) = chat.key();
        Ok(self
            .store
            .read(
                "SELECT sequence FROM reads WHERE reader = ?1 AND kind = ?2 AND a = ?3 AND b = ?4",
            )?
            .query_row(params![reader.get().cast_signed(), kind, a, b], |row| {
                row.get::<_, i64>(0)
            })
            .optional()?
            .map_or(Sequence::default(), |sequence| {
                Sequence::new(sequence.cast_unsigned())
            }))
    }

    /// Sets the sequence up to which somebody has read.
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
            params![
                reader.get().cast_signed(),
                kind,
                a,
                b,
                sequence.get().cast_signed()
            ],
        )?;
        Ok(())
    }
}
