//! Messages: what is kept of each, and how it is found.
//!
//! A message has one row, whatever reports it: its push, the answer to its send, its echo, history, a reply to it. It is
//! found by its conversation and sequence, or, for a send without an answer, by conversation and random (protocol/02
//! §2.8).

use nekonap_ids::{Conversation, MessageId, Sequence, Uin};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use crate::{Recorded, ids::Identity, place, unwritten::Unwritten};

/// A message, as the archive keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it was said. A temporary chat counts with the private chat of the same two accounts.
    pub conversation: Conversation,
    /// Its sequence there. None for a send without an answer: `own` and a `random` other than 0 then find it again.
    pub sequence: Option<Sequence>,
    /// The sender's own counter, 0 in groups. A private recall needs it.
    pub client_sequence: u32,
    /// The random number that the sender gave it, 0 if unknown.
    pub random: u32,
    /// When it was sent, in Unix seconds, by the server's clock.
    pub time: u64,
    /// Who sent it.
    pub sender: Uin,
    /// Whether this account sent it, from here or from another device.
    pub own: bool,
    /// Its elements, encoded; the archive does not decode them.
    pub elements: Vec<u8>,
}

/// What the archive knows of a message id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The id.
    pub id: MessageId,
    /// Where the message was said.
    pub conversation: Conversation,
    /// Its sequence there, if it is known yet.
    pub sequence: Option<Sequence>,
    /// The message. None when only its place is known, from a reply to it, say: fetch it from the server and record it
    /// as [`Arrival::Fetched`].
    pub record: Option<Record>,
    /// When and by whom it was recalled, if it was.
    pub recalled: Option<Recall>,
}

/// The recall of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recall {
    /// When, in Unix seconds.
    pub time: u64,
    /// By whom, if it is known.
    pub by: Option<Uin>,
}

/// Why a message is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// The server sent it: pushed, or fetched to close a gap. It is reported to frameworks, and the conversation's last
    /// sequence moves to it.
    Pushed,
    /// This account sent it, and no echo will come. With a sequence (an answer) it is reported. The last sequence stays,
    /// because earlier messages of others may still be on their way.
    Sent,
    /// This account sent it, and its echo will be reported.
    SentBeforeEcho,
    /// It was asked for: an older message for `get_msg`, a page of history.
    Fetched,
}

impl Arrival {
    /// Whether a message that arrives like this is reported to frameworks, if it was not before.
    pub(crate) const fn reports(self, record: &Record) -> bool {
        match self {
            Self::Pushed => true,
            Self::Sent => record.sequence.is_some(),
            Self::SentBeforeEcho | Self::Fetched => false,
        }
    }
}

/// A row, as far as recording looks at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    number: i64,
    pub(crate) id: MessageId,
    pub(crate) reported: bool,
    pub(crate) recalled: bool,
    sequence: Option<Sequence>,
    has_content: bool,
}

/// What a job that records messages works with.
#[derive(Debug)]
pub(crate) struct Recording<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) account: Uin,
    pub(crate) unwritten: &'a Unwritten,
    /// Unix seconds.
    pub(crate) now: u64,
}

impl Record {
    pub(crate) fn identity(&self) -> Identity {
        Identity {
            conversation: self.conversation.counted_in(),
            sequence: self.sequence,
            random: self.random,
            own: self.own,
        }
    }
}

impl Recording<'_> {
    /// Writes a message down, or adds to what was known of it.
    pub(crate) fn store(&self, record: &Record, arrival: Arrival) -> rusqlite::Result<Recorded> {
        let identity = record.identity();
        let pending = self.unwritten.find(&identity);
        let reported = pending.is_some_and(|pending| pending.reported);
        let reports = arrival.reports(record);
        if let Some(known) = look_up(self.connection, &identity)? {
            let marks = reports && !known.reported;
            if marks
                || !known.has_content
                || (known.sequence.is_none() && record.sequence.is_some())
            {
                self.complete(&known, record, reports)?;
            }
            return Ok(Recorded {
                id: known.id,
                report: marks && !reported,
            });
        }
        let id = self.insert(&identity, |id| {
            self.connection
                .prepare_cached(
                    "INSERT INTO messages
                     (id, place, via, sequence, recorded, reported, sender, own, time, client_sequence, random, elements)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                     ON CONFLICT (id) DO NOTHING",
                )?
                .execute(params![
                    id,
                    place::key(record.conversation),
                    place::via(record.conversation),
                    record.sequence,
                    self.now.cast_signed(),
                    reports || reported,
                    record.sender,
                    record.own,
                    record.time.cast_signed(),
                    record.client_sequence,
                    record.random,
                    record.elements,
                ])
        })?;
        Ok(Recorded {
            id,
            report: reports && !reported,
        })
    }

    /// The id of the message at this place. If it is unknown, a row without content is made for it.
    pub(crate) fn id_at(
        &self,
        conversation: Conversation,
        sequence: Sequence,
    ) -> rusqlite::Result<MessageId> {
        let identity = Identity::at(conversation, sequence);
        if let Some(known) = look_up(self.connection, &identity)? {
            return Ok(known.id);
        }
        let reported = self
            .unwritten
            .find(&identity)
            .is_some_and(|pending| pending.reported);
        self.insert(&identity, |id| {
            self.connection
                .prepare_cached(
                    "INSERT INTO messages (id, place, via, sequence, recorded, reported) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT (id) DO NOTHING",
                )?
                .execute(params![
                    id,
                    place::key(conversation),
                    place::via(conversation),
                    sequence,
                    self.now.cast_signed(),
                    reported,
                ])
        })
    }

    /// Marks a message as recalled. That is to be reported the first time.
    pub(crate) fn recall(
        &self,
        conversation: Conversation,
        sequence: Sequence,
        recall: Recall,
    ) -> rusqlite::Result<Recorded> {
        let id = self.id_at(conversation, sequence)?;
        let marked = self
            .connection
            .prepare_cached(
                "UPDATE messages SET recalled_at = ?2, recalled_by = ?3 WHERE id = ?1 AND recalled_at IS NULL",
            )?
            .execute(params![id, recall.time.cast_signed(), recall.by])?;
        let pending = self.unwritten.find(&Identity::at(conversation, sequence));
        Ok(Recorded {
            id,
            report: marked == 1 && !pending.is_some_and(|pending| pending.recalled),
        })
    }

    /// Inserts a message that has no row: with the id that it was given while the database could not be written, or the
    /// one derived from it; if another message has that, with the next one that is free. `insert` returns how many rows it
    /// inserted: none when the id is taken.
    fn insert(
        &self,
        message: &Identity,
        insert: impl Fn(MessageId) -> rusqlite::Result<usize>,
    ) -> rusqlite::Result<MessageId> {
        let given = self.unwritten.find(message).map(|pending| pending.id);
        let mut id = given.unwrap_or_else(|| message.derived_id(self.account));
        while (given != Some(id) && self.unwritten.holds(id)) || insert(id)? == 0 {
            id = id.next_derived();
        }
        Ok(id)
    }

    /// Adds what the row lacks: its sequence, its content, that it was reported.
    fn complete(&self, known: &Known, record: &Record, reports: bool) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE messages SET sequence = coalesce(sequence, ?2), reported = max(reported, ?3) WHERE number = ?1",
            )?
            .execute(params![known.number, record.sequence, reports])?;
        if known.has_content {
            // A send without an answer was recorded with the time of this machine; the server's replaces it.
            if known.sequence.is_none() && record.sequence.is_some() {
                self.connection
                    .prepare_cached("UPDATE messages SET time = ?2 WHERE number = ?1")?
                    .execute(params![known.number, record.time.cast_signed()])?;
            }
            return Ok(());
        }
        self.connection
            .prepare_cached(
                "UPDATE messages SET via = ?2, sender = ?3, own = ?4, time = ?5, client_sequence = ?6, random = ?7,
                 elements = ?8 WHERE number = ?1",
            )?
            .execute(params![
                known.number,
                place::via(record.conversation),
                record.sender,
                record.own,
                record.time.cast_signed(),
                record.client_sequence,
                record.random,
                record.elements,
            ])?;
        Ok(())
    }
}

/// The row of a message: found by its sequence, or, while one of the two has none, by the random of this account's own
/// message.
pub(crate) fn look_up(
    connection: &Connection,
    message: &Identity,
) -> rusqlite::Result<Option<Known>> {
    let place = place::key(message.conversation);
    let one = |condition: &str, parameters: &[&dyn ToSql]| {
        connection
            .prepare_cached(&format!(
                "SELECT number, id, reported, recalled_at IS NOT NULL, sequence, sender IS NOT NULL
                 FROM messages WHERE {condition}"
            ))?
            .query_row(parameters, |row| {
                Ok(Known {
                    number: row.get(0)?,
                    id: row.get(1)?,
                    reported: row.get(2)?,
                    recalled: row.get(3)?,
                    sequence: row.get(4)?,
                    has_content: row.get(5)?,
                })
            })
            .optional()
    };
    if let Some(sequence) = message.sequence {
        let found = one("place = ?1 AND sequence = ?2", &[&place, &sequence])?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let Some(random) = message.own_random() else {
        return Ok(None);
    };
    one(
        "own = 1 AND place = ?1 AND random = ?2 AND (sequence IS NULL OR ?3 IS NULL) ORDER BY number DESC LIMIT 1",
        &[&place, &random, &message.sequence],
    )
}

/// Whether a message has the id.
pub(crate) fn has_id(connection: &Connection, id: MessageId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM messages WHERE id = ?1)")?
        .query_row([id], |row| row.get(0))
}

/// What a message is looked up by.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key {
    Id(MessageId),
    Place(Conversation, Sequence),
    /// The sender's own counter, in a private chat.
    ClientSequence(Conversation, u32),
}

/// How many sequences back a message is looked up by its sender's counter, which has no index: only old clients quote by
/// it.
const CLIENT_SEQUENCE_REACH: i64 = 2_000;

/// Finds a message.
pub(crate) fn find(connection: &Connection, key: Key) -> rusqlite::Result<Option<Stored>> {
    let one = |condition: &str, parameters: &[&dyn ToSql]| {
        connection
            .prepare_cached(&format!("SELECT * FROM messages WHERE {condition}"))?
            .query_row(parameters, stored)
            .optional()
    };
    match key {
        Key::Id(id) => one("id = ?1", &[&id]),
        Key::Place(conversation, sequence) => one(
            "place = ?1 AND sequence = ?2",
            &[&place::key(conversation), &sequence],
        ),
        Key::ClientSequence(conversation, number) => one(
            "place = ?1 AND client_sequence = ?2
             AND sequence > (SELECT max(sequence) FROM messages WHERE place = ?1) - ?3
             ORDER BY sequence DESC LIMIT 1",
            &[&place::key(conversation), &number, &CLIENT_SEQUENCE_REACH],
        ),
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let conversation = place::conversation(row.get("place")?, row.get("via")?)?;
    let sequence = row.get("sequence")?;
    let record = match row.get("sender")? {
        None => None,
        Some(sender) => Some(Record {
            conversation,
            sequence,
            client_sequence: row.get("client_sequence")?,
            random: row.get("random")?,
            time: row.get::<_, i64>("time")?.cast_unsigned(),
            sender,
            own: row.get("own")?,
            elements: row.get("elements")?,
        }),
    };
    let recalled = match row.get::<_, Option<i64>>("recalled_at")? {
        None => None,
        Some(time) => Some(Recall {
            time: time.cast_unsigned(),
            by: row.get("recalled_by")?,
        }),
    };
    Ok(Stored {
        id: row.get("id")?,
        conversation,
        sequence,
        record,
        recalled,
    })
}
