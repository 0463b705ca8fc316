//! Messages: what is stored of each, and how it is found.
//!
//! A message has one row, whether it arrives as a push, the reply to its send, an echo, history or a quote. It is found
//! by conversation and sequence or, for a send without a reply, by conversation and random (protocol/02 §2.8).

use nekonap_ids::{Conversation, MessageId, Sequence, Uin};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use crate::{Recorded, ids::Identity, new_ids::NewIds, place, unwritten::Unwritten};

/// A message as the archive stores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Conversation it was sent in. A temporary chat shares the sequences of the private chat of the same accounts.
    pub conversation: Conversation,
    /// Sequence in the conversation. `None` for a send without a reply, which is found by its `random` if it is `own`.
    pub sequence: Option<Sequence>,
    /// Client sequence, the sender's own counter; 0 in groups. Private recalls need it.
    pub client_sequence: u32,
    /// Random number chosen by the sender; 0 if unknown.
    pub random: u32,
    /// Time of sending in Unix seconds, by the server's clock.
    pub time: u64,
    /// Account that sent it.
    pub sender: Uin,
    /// Whether this account sent it, from this client or another device.
    pub own: bool,
    /// Encoded message elements; the archive does not decode them.
    pub elements: Vec<u8>,
}

/// What the archive knows about a message id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Message id.
    pub id: MessageId,
    /// Conversation of the message.
    pub conversation: Conversation,
    /// Sequence in the conversation, if known.
    pub sequence: Option<Sequence>,
    /// The message. `None` when only its place is known, for example from a reply to it: fetch it from the server and
    /// record it as [`Arrival::Fetched`].
    pub record: Option<Record>,
    /// Its recall, if it was recalled.
    pub recalled: Option<Recall>,
}

/// The recall of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recall {
    /// Time of the recall, Unix seconds.
    pub time: u64,
    /// Account that recalled it, if known.
    pub by: Option<Uin>,
}

/// How a message arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Pushed by the server, or fetched to close a gap. It is reported to frameworks, and the conversation's last
    /// sequence advances to it.
    Pushed,
    /// Sent by this account, without an echo to follow. It is reported if it has a sequence (the send had a reply). The
    /// last sequence does not advance, because earlier messages of others may still arrive.
    Sent,
    /// Sent by this account; its echo will be reported.
    SentBeforeEcho,
    /// Fetched on request: an older message for `get_msg`, a page of history. Not reported.
    Fetched,
}

impl Arrival {
    /// Whether a message with this arrival is reported to frameworks, if it was not reported before.
    pub(crate) const fn reports(self, record: &Record) -> bool {
        match self {
            Self::Pushed => true,
            Self::Sent => record.sequence.is_some(),
            Self::SentBeforeEcho | Self::Fetched => false,
        }
    }
}

/// The columns of an existing row that recording needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    number: i64,
    pub(crate) id: MessageId,
    pub(crate) reported: bool,
    pub(crate) recalled: bool,
    sequence: Option<Sequence>,
    has_content: bool,
}

/// Context of a job that records messages.
#[derive(Debug)]
pub(crate) struct Recording<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) account: Uin,
    pub(crate) unwritten: &'a Unwritten,
    pub(crate) new_ids: &'a NewIds,
    /// Current time, Unix seconds.
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
    /// Inserts a message, or completes its existing row.
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
        let id = self.free_id(&identity)?;
        let number = self
            .connection
            .prepare_cached(
                "INSERT INTO messages
                 (id, place, via, sequence, recorded, reported, sender, own, time, client_sequence, random, elements)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .insert(params![
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
                ])?;
        self.new_ids.add(id, number);
        Ok(Recorded {
            id,
            report: reports && !reported,
        })
    }

    /// The id of the message at this place. An unknown message gets a row without content.
    pub(crate) fn id_at(
        &self,
        conversation: Conversation,
        sequence: Sequence,
    ) -> rusqlite::Result<MessageId> {
        Ok(self.row_at(conversation, sequence)?.1)
    }

    /// Like [`id_at`](Self::id_at), with the number of the row.
    fn row_at(
        &self,
        conversation: Conversation,
        sequence: Sequence,
    ) -> rusqlite::Result<(i64, MessageId)> {
        let identity = Identity::at(conversation, sequence);
        if let Some(known) = look_up(self.connection, &identity)? {
            return Ok((known.number, known.id));
        }
        let reported = self
            .unwritten
            .find(&identity)
            .is_some_and(|pending| pending.reported);
        let id = self.free_id(&identity)?;
        let number = self
            .connection
            .prepare_cached(
                "INSERT INTO messages (id, place, via, sequence, recorded, reported) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .insert(params![
                id,
                place::key(conversation),
                place::via(conversation),
                sequence,
                self.now.cast_signed(),
                reported,
            ])?;
        self.new_ids.add(id, number);
        Ok((number, id))
    }

    /// Marks a message as recalled. The first recall is reported.
    pub(crate) fn recall(
        &self,
        conversation: Conversation,
        sequence: Sequence,
        recall: Recall,
    ) -> rusqlite::Result<Recorded> {
        let (number, id) = self.row_at(conversation, sequence)?;
        let marked = self
            .connection
            .prepare_cached(
                "UPDATE messages SET recalled_at = ?2, recalled_by = ?3 WHERE number = ?1 AND recalled_at IS NULL",
            )?
            .execute(params![number, recall.time.cast_signed(), recall.by])?;
        let pending = self.unwritten.find(&Identity::at(conversation, sequence));
        Ok(Recorded {
            id,
            report: marked == 1 && !pending.is_some_and(|pending| pending.recalled),
        })
    }

    /// The id of a message that has no row: the one it got while the database could not be written, or the derived id, or
    /// the next free id if another message has that one.
    fn free_id(&self, message: &Identity) -> rusqlite::Result<MessageId> {
        let given = self.unwritten.find(message).map(|pending| pending.id);
        let mut id = given.unwrap_or_else(|| message.derived_id(self.account));
        while (given != Some(id) && self.unwritten.holds(id))
            || self.new_ids.row(self.connection, id)?.is_some()
        {
            id = id.next_derived();
        }
        Ok(id)
    }

    /// Adds missing data to the row: sequence, content, reported mark.
    fn complete(&self, known: &Known, record: &Record, reports: bool) -> rusqlite::Result<()> {
        if reports && !known.reported {
            self.connection
                .prepare_cached("UPDATE messages SET reported = 1 WHERE number = ?1")?
                .execute([known.number])?;
        }
        if known.sequence.is_none() && record.sequence.is_some() {
            // A send without a reply was recorded with the local time; the server's time replaces it.
            self.connection
                .prepare_cached("UPDATE messages SET sequence = ?2, time = ?3 WHERE number = ?1")?
                .execute(params![
                    known.number,
                    record.sequence,
                    record.time.cast_signed()
                ])?;
        }
        if known.has_content {
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

/// Finds the row of a message: by sequence or, if the row or the message has none, by the random of an own message. A
/// message without a sequence is searched among the last [`SEQUENCE_REACH`] sequences, because rows that have a sequence
/// have no index by random.
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
    let unanswered = one(
        "own = 1 AND sequence IS NULL AND place = ?1 AND random = ?2 ORDER BY number DESC LIMIT 1",
        &[&place, &random],
    )?;
    if unanswered.is_some() || message.sequence.is_some() {
        return Ok(unanswered);
    }
    one(
        "own = 1 AND place = ?1 AND random = ?2
         AND sequence > (SELECT max(sequence) FROM messages WHERE place = ?1) - ?3
         ORDER BY sequence DESC LIMIT 1",
        &[&place, &random, &SEQUENCE_REACH],
    )
}

/// Lookup key of a message.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key {
    Id(MessageId),
    Place(Conversation, Sequence),
    /// Client sequence, in a private chat.
    ClientSequence(Conversation, u32),
}

/// How many sequences back a lookup searches that has no index: by client sequence, by which only old clients quote, and
/// by the random of a send whose echo has arrived before its answer timed out.
const SEQUENCE_REACH: i64 = 2_000;

pub(crate) fn find(
    connection: &Connection,
    new_ids: &NewIds,
    key: Key,
) -> rusqlite::Result<Option<Stored>> {
    let one = |condition: &str, parameters: &[&dyn ToSql]| {
        connection
            .prepare_cached(&format!("SELECT * FROM messages WHERE {condition}"))?
            .query_row(parameters, stored)
            .optional()
    };
    match key {
        Key::Id(id) => match new_ids.row(connection, id)? {
            Some(number) => one("number = ?1", &[&number]),
            None => Ok(None),
        },
        Key::Place(conversation, sequence) => one(
            "place = ?1 AND sequence = ?2",
            &[&place::key(conversation), &sequence],
        ),
        Key::ClientSequence(conversation, number) => one(
            "place = ?1 AND client_sequence = ?2
             AND sequence > (SELECT max(sequence) FROM messages WHERE place = ?1) - ?3
             ORDER BY sequence DESC LIMIT 1",
            &[&place::key(conversation), &number, &SEQUENCE_REACH],
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
