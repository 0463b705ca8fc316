//! Conversations: the newest received sequence and the newest message of each.

use nekonap_ids::{Conversation, MessageId, Sequence, Uin};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    messages::{Arrival, Record},
    place,
};

/// A conversation and its newest message. It stays when the message itself is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recent {
    /// The conversation: the temporary chat if the newest message was sent there.
    pub conversation: Conversation,
    /// Id of the newest message.
    pub message: MessageId,
    /// Sequence of that message, if known.
    pub sequence: Option<Sequence>,
    /// Time it was sent, Unix seconds.
    pub time: u64,
    /// Account that sent it.
    pub sender: Uin,
}

/// Updates the conversation of a message. `arrival_number` grows with every call.
pub(crate) fn update(
    connection: &Connection,
    record: &Record,
    message: MessageId,
    arrival: Arrival,
    arrival_number: i64,
) -> rusqlite::Result<()> {
    let key = place::key(record.conversation);
    let received = match arrival {
        Arrival::Pushed => record.sequence.unwrap_or_default(),
        Arrival::Sent | Arrival::SentBeforeEcho | Arrival::Fetched => Sequence::default(),
    };
    // Optimized for the common case that the message is the newest. Within a second, the larger sequence is newer; a
    // message that arrives again keeps its arrival number.
    let newest = connection
        .prepare_cached(
            "INSERT INTO places
             (place, last_sequence, newest, newest_via, newest_sequence, newest_time, newest_sender, newest_arrival)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (place) DO UPDATE SET
                 last_sequence = max(last_sequence, excluded.last_sequence),
                 newest_via = excluded.newest_via,
                 newest_sequence = excluded.newest_sequence,
                 newest_time = excluded.newest_time,
                 newest_sender = excluded.newest_sender,
                 newest_arrival = iif(newest = excluded.newest, newest_arrival, excluded.newest_arrival),
                 newest = excluded.newest
             WHERE excluded.newest = newest
                OR excluded.newest_time > newest_time
                OR (excluded.newest_time = newest_time
                    AND coalesce(excluded.newest_sequence, 0) >= coalesce(newest_sequence, 0))",
        )?
        .execute(params![
            key,
            received,
            message,
            place::via(record.conversation),
            record.sequence,
            record.time.cast_signed(),
            record.sender,
            arrival_number,
        ])?;
    if newest == 0 && received != Sequence::default() {
        connection
            .prepare_cached(
                "UPDATE places SET last_sequence = max(last_sequence, ?2) WHERE place = ?1",
            )?
            .execute(params![key, received])?;
    }
    Ok(())
}

/// Largest arrival number so far.
pub(crate) fn last_arrival(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row(
        "SELECT coalesce(max(newest_arrival), 0) FROM places",
        [],
        |row| row.get(0),
    )
}

/// Newest sequence received from the server in the conversation.
pub(crate) fn last_sequence(
    connection: &Connection,
    conversation: Conversation,
) -> rusqlite::Result<Option<Sequence>> {
    connection
        .prepare_cached("SELECT last_sequence FROM places WHERE place = ?1 AND last_sequence <> 0")?
        .query_row([place::key(conversation)], |row| row.get(0))
        .optional()
}

/// Newest received sequence of every conversation.
pub(crate) fn last_sequences(
    connection: &Connection,
) -> rusqlite::Result<Vec<(Conversation, Sequence)>> {
    let mut statement = connection
        .prepare_cached("SELECT place, last_sequence FROM places WHERE last_sequence <> 0")?;
    let rows = statement.query_map([], |row| {
        Ok((place::conversation(row.get(0)?, None)?, row.get(1)?))
    })?;
    rows.collect()
}

/// The conversations, newest message first: ordered by the server's time, then by arrival.
pub(crate) fn recents(connection: &Connection, limit: u32) -> rusqlite::Result<Vec<Recent>> {
    let mut statement = connection.prepare_cached(
        "SELECT place, newest, newest_via, newest_sequence, newest_time, newest_sender FROM places
         ORDER BY newest_time DESC, newest_arrival DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| {
        Ok(Recent {
            conversation: place::conversation(row.get(0)?, row.get(2)?)?,
            message: row.get(1)?,
            sequence: row.get(3)?,
            time: row.get::<_, i64>(4)?.cast_unsigned(),
            sender: row.get(5)?,
        })
    })?;
    rows.collect()
}
