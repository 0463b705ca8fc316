//! Messages: what is kept of each, how it is found, and which id it has.
//!
//! A message has one id however often and by whichever way we hear of it: found by its conversation and sequence, or,
//! for an own message whose answer has not come, by conversation and random (protocol/02 §2.8).

use nekonap_ids::{Conversation, MessageId, Sequence, Uin};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};

use crate::{
    ids::{Key, Unwritten},
    place::{self, damaged},
};

/// A message, as far as the archive keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it was said. A temporary chat shares its sequences with the private chat of the same two.
    pub conversation: Conversation,
    /// Its place there. None for an own message whose answer has not come: `own` and a `random` other than 0 then find
    /// it again.
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
    /// Its elements, in a form that the archive does not look into.
    pub elements: Vec<u8>,
}

/// What the archive knows of a message id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The id.
    pub id: MessageId,
    /// Where the message was said.
    pub conversation: Conversation,
    /// Its place there, if it is known yet.
    pub sequence: Option<Sequence>,
    /// The message. None when only its place is known, from a reply to it, say: fetch it from the server and
    /// record it as [`Arrival::Fetched`].
    pub record: Option<Record>,
    /// Whether it was taken back.
    pub recalled: Option<Recall>,
}

/// That a message was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recall {
    /// When, in Unix seconds.
    pub time: u64,
    /// By whom, if it is known.
    pub by: Option<Uin>,
}

/// How a message came to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// The server sent it: pushed, or fetched to close a gap. It is told to frameworks and moves the conversation's
    /// last sequence.
    Pushed,
    /// The answer to a send of ours. With a sequence, it is told to frameworks (once: its echo is then no news). It
    /// leaves the last sequence, for what others said just before may still be under way.
    Sent,
    /// The same, of a message whose echo will come and be told in its turn.
    Taken,
    /// Somebody asked for it: an old message for `get_msg`, a page of history.
    Fetched,
}

impl Arrival {
    /// Whether frameworks are told of a message that comes so, if they were not before.
    pub(crate) const fn tells(self, record: &Record) -> bool {
        match self {
            Self::Pushed => true,
            Self::Sent => record.sequence.is_some(),
            Self::Taken | Self::Fetched => false,
        }
    }
}

/// What the record of a message came to.
pub(crate) struct Placed {
    pub id: MessageId,
    /// Whether the message is to be told now: it is the first time.
    pub news: bool,
}

/// A row, as far as recording looks at it.
struct Known {
    id: MessageId,
    told: bool,
    has_sequence: bool,
    has_content: bool,
}

/// Where new ids come from while a batch is being recorded.
pub(crate) struct Supply<'a> {
    pub fresh: std::vec::IntoIter<MessageId>,
    pub unwritten: &'a Unwritten,
}

impl Supply<'_> {
    fn id(&mut self, keys: &[Key]) -> rusqlite::Result<MessageId> {
        let known = self.unwritten.get(keys);
        // A batch takes an id for each of its entries before it is queued, so this never runs dry.
        known
            .or_else(|| self.fresh.next())
            .ok_or(rusqlite::Error::QueryReturnedNoRows)
    }
}

impl Record {
    /// What finds it again.
    pub(crate) fn keys(&self) -> Vec<Key> {
        let counted = self.conversation.counted_in();
        let by_sequence = self
            .sequence
            .map(|sequence| Key::Sequence(counted, sequence));
        let by_random = (self.own && self.random != 0).then_some(Key::Random(counted, self.random));
        by_sequence.into_iter().chain(by_random).collect()
    }
}

/// Writes down a message, or adds to what was known of it.
pub(crate) fn store(
    connection: &Connection,
    record: &Record,
    arrival: Arrival,
    supply: &mut Supply<'_>,
    now: u64,
) -> rusqlite::Result<Placed> {
    let tells = arrival.tells(record);
    if let Some(known) = look_up(connection, record)? {
        let news = tells && !known.told;
        if news || !known.has_content || (!known.has_sequence && record.sequence.is_some()) {
            complete(connection, &known, record, tells)?;
        }
        return Ok(Placed { id: known.id, news });
    }
    let id = supply.id(&record.keys())?;
    connection
        .prepare_cached(
            "INSERT INTO messages
             (id, place, via, sequence, recorded, told, sender, own, time, client_sequence, random, elements)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            id.get(),
            place::key(record.conversation),
            place::via(record.conversation),
            record.sequence.map(|sequence| sequence.get().cast_signed()),
            now.cast_signed(),
            tells,
            record.sender.get().cast_signed(),
            record.own,
            record.time.cast_signed(),
            record.client_sequence,
            record.random,
            record.elements,
        ])?;
    Ok(Placed { id, news: tells })
}

/// The row of this very message, if there is one.
fn look_up(connection: &Connection, record: &Record) -> rusqlite::Result<Option<Known>> {
    let place = place::key(record.conversation);
    let read = |row: &Row<'_>| {
        Ok(Known {
            id: id(row.get("id")?)?,
            told: row.get("told")?,
            has_sequence: row.get("has_sequence")?,
            has_content: row.get("has_content")?,
        })
    };
    if let Some(sequence) = record.sequence {
        let by_sequence = connection
            .prepare_cached(
                "SELECT id, told, 1 AS has_sequence, sender IS NOT NULL AS has_content
                 FROM messages WHERE place = ?1 AND sequence = ?2",
            )?
            .query_row([place, sequence.get().cast_signed()], read)
            .optional()?;
        if by_sequence.is_some() {
            return Ok(by_sequence);
        }
    }
    if !record.own || record.random == 0 {
        return Ok(None);
    }
    // A message with a sequence is found here only as long as its row has none.
    connection
        .prepare_cached(
            "SELECT id, told, sequence IS NOT NULL AS has_sequence, sender IS NOT NULL AS has_content
             FROM messages
             WHERE own = 1 AND place = ?1 AND random = ?2 AND (sequence IS NULL OR ?3 IS NULL)
             ORDER BY recorded DESC LIMIT 1",
        )?
        .query_row(
            params![
                place,
                record.random,
                record.sequence.map(|sequence| sequence.get().cast_signed())
            ],
            read,
        )
        .optional()
}

/// Adds what the row lacks: its sequence, its content, that it has been told.
fn complete(
    connection: &Connection,
    known: &Known,
    record: &Record,
    tells: bool,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE messages SET sequence = coalesce(sequence, ?2), told = max(told, ?3) WHERE id = ?1",
        )?
        .execute(params![
            known.id.get(),
            record.sequence.map(|sequence| sequence.get().cast_signed()),
            tells
        ])?;
    // An own message whose answer never came was written down with the time of this machine; the server's is better.
    let answered = !known.has_sequence && record.sequence.is_some();
    if known.has_content && answered {
        connection
            .prepare_cached("UPDATE messages SET time = ?2 WHERE id = ?1")?
            .execute(params![known.id.get(), record.time.cast_signed()])?;
    }
    if known.has_content {
        return Ok(());
    }
    connection
        .prepare_cached(
            "UPDATE messages SET via = ?2, sender = ?3, own = ?4, time = ?5, client_sequence = ?6, random = ?7,
             elements = ?8 WHERE id = ?1",
        )?
        .execute(params![
            known.id.get(),
            place::via(record.conversation),
            record.sender.get().cast_signed(),
            record.own,
            record.time.cast_signed(),
            record.client_sequence,
            record.random,
            record.elements,
        ])?;
    Ok(())
}

/// The id of the message at this place, given now if it had none.
pub(crate) fn name(
    connection: &Connection,
    conversation: Conversation,
    sequence: Sequence,
    supply: &mut Supply<'_>,
    now: u64,
) -> rusqlite::Result<Placed> {
    let known = connection
        .prepare_cached("SELECT id FROM messages WHERE place = ?1 AND sequence = ?2")?
        .query_row(
            [place::key(conversation), sequence.get().cast_signed()],
            |row| id(row.get(0)?),
        )
        .optional()?;
    if let Some(id) = known {
        return Ok(Placed { id, news: false });
    }
    let id = supply.id(&[Key::Sequence(conversation.counted_in(), sequence)])?;
    connection
        .prepare_cached(
            "INSERT INTO messages (id, place, via, sequence, recorded) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            id.get(),
            place::key(conversation),
            place::via(conversation),
            sequence.get().cast_signed(),
            now.cast_signed(),
        ])?;
    Ok(Placed { id, news: false })
}

/// Marks a message as taken back. It is news the first time.
pub(crate) fn recall(
    connection: &Connection,
    conversation: Conversation,
    sequence: Sequence,
    recall: Recall,
    supply: &mut Supply<'_>,
    now: u64,
) -> rusqlite::Result<Placed> {
    let named = name(connection, conversation, sequence, supply, now)?;
    let marked = connection
        .prepare_cached(
            "UPDATE messages SET recalled_at = ?2, recalled_by = ?3 WHERE id = ?1 AND recalled_at IS NULL",
        )?
        .execute(params![
            named.id.get(),
            recall.time.cast_signed(),
            recall.by.map(|by| by.get().cast_signed()),
        ])?;
    Ok(Placed {
        news: marked == 1,
        ..named
    })
}

/// What is asked for, in [`find`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which {
    Id(MessageId),
    At(Conversation, Sequence),
    /// An own message.
    Random(Conversation, u32),
    /// By its sender's own counter.
    Client(Conversation, u32),
}

/// How far back a message is looked for by its sender's counter, which has no index: only old clients name one so.
const CLIENT_REACH: i64 = 2_000;

/// Finds a message.
pub(crate) fn find(connection: &Connection, which: Which) -> rusqlite::Result<Option<Stored>> {
    let one = |sql: &str, parameters: &[i64]| -> rusqlite::Result<Option<Stored>> {
        let mut statement: CachedStatement<'_> =
            connection.prepare_cached(&format!("SELECT * FROM messages WHERE {sql}"))?;
        statement
            .query_row(rusqlite::params_from_iter(parameters), stored)
            .optional()
    };
    match which {
        Which::Id(id) => one("id = ?1", &[i64::from(id.get())]),
        Which::At(conversation, sequence) => one(
            "place = ?1 AND sequence = ?2",
            &[place::key(conversation), sequence.get().cast_signed()],
        ),
        Which::Random(conversation, random) => one(
            "own = 1 AND place = ?1 AND random = ?2 ORDER BY recorded DESC LIMIT 1",
            &[place::key(conversation), i64::from(random)],
        ),
        Which::Client(conversation, number) => one(
            "place = ?1 AND client_sequence = ?2
             AND sequence > (SELECT max(sequence) FROM messages WHERE place = ?1) - ?3
             ORDER BY sequence DESC LIMIT 1",
            &[place::key(conversation), i64::from(number), CLIENT_REACH],
        ),
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let conversation = place::conversation(row.get("place")?, row.get("via")?)?;
    let sequence = row
        .get::<_, Option<i64>>("sequence")?
        .map(|sequence| Sequence::new(sequence.cast_unsigned()));
    let uin = |column: &str| -> rusqlite::Result<Option<Uin>> {
        row.get::<_, Option<i64>>(column)?
            .map(|number| place::uin(number.cast_unsigned()))
            .transpose()
    };
    let record = match uin("sender")? {
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
            by: uin("recalled_by")?,
        }),
    };
    Ok(Stored {
        id: id(row.get("id")?)?,
        conversation,
        sequence,
        record,
        recalled,
    })
}

/// An id from a column.
pub(crate) fn id(number: i64) -> rusqlite::Result<MessageId> {
    MessageId::new(number).map_err(damaged)
}
