//! Conversations: how far each has been read from the server, and which spoke last.

use nekonap_ids::{Conversation, MessageId, Sequence, Uin};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    messages::{Arrival, Record, id},
    place,
};

/// A conversation by its newest message. It outlives the message's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recent {
    /// The conversation: the temporary chat, if its newest message was said there.
    pub conversation: Conversation,
    /// The newest message.
    pub message: MessageId,
    /// Its place, if it is known.
    pub sequence: Option<Sequence>,
    /// When it was sent, in Unix seconds.
    pub time: u64,
    /// Who sent it.
    pub sender: Uin,
}

/// Notes that a message was said in its conversation.
pub(crate) fn note(
    connection: &Connection,
    record: &Record,
    message: MessageId,
    arrival: Arrival,
) -> rusqlite::Result<()> {
    let key = place::key(record.conversation);
    let sequence = record.sequence.map(|sequence| sequence.get().cast_signed());
    let arrived = match arrival {
        Arrival::Pushed => sequence.unwrap_or(0),
        Arrival::Sent | Arrival::Taken | Arrival::Fetched => 0,
    };
    let parameters = params![
        key,
        arrived,
        message.get(),
        place::via(record.conversation),
        sequence,
        record.time.cast_signed(),
        record.sender.get().cast_signed(),
    ];
    // Most messages are the newest; of one second's, the last by sequence is.
    let newest = connection
        .prepare_cached(
            "INSERT INTO places
             (place, last_sequence, newest, newest_via, newest_sequence, newest_time, newest_sender)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (place) DO UPDATE SET
                 last_sequence = max(last_sequence, excluded.last_sequence),
                 newest = excluded.newest,
                 newest_via = excluded.newest_via,
                 newest_sequence = excluded.newest_sequence,
                 newest_time = excluded.newest_time,
                 newest_sender = excluded.newest_sender
             WHERE excluded.newest_time > newest_time
                OR (excluded.newest_time = newest_time
                    AND coalesce(excluded.newest_sequence, 0) >= coalesce(newest_sequence, 0))",
        )?
        .execute(parameters)?;
    if newest == 0 && arrived != 0 {
        connection
            .prepare_cached(
                "UPDATE places SET last_sequence = max(last_sequence, ?2) WHERE place = ?1",
            )?
            .execute([key, arrived])?;
    }
    Ok(())
}

/// How far the conversation was read from the server.
pub(crate) fn last_sequence(
    connection: &Connection,
    conversation: Conversation,
) -> rusqlite::Result<Option<Sequence>> {
    let last: Option<i64> = connection
        .prepare_cached("SELECT last_sequence FROM places WHERE place = ?1 AND last_sequence <> 0")?
        .query_row([place::key(conversation)], |row| row.get(0))
        .optional()?;
    Ok(last.map(|last| Sequence::new(last.cast_unsigned())))
}

/// The same for all conversations.
pub(crate) fn last_sequences(
    connection: &Connection,
) -> rusqlite::Result<Vec<(Conversation, Sequence)>> {
    let mut statement = connection
        .prepare_cached("SELECT place, last_sequence FROM places WHERE last_sequence <> 0")?;
    let rows = statement.query_map([], |row| {
        let last: i64 = row.get(1)?;
        Ok((
            place::conversation(row.get(0)?, None)?,
            Sequence::new(last.cast_unsigned()),
        ))
    })?;
    rows.collect()
}

/// The conversations that spoke last, newest first.
pub(crate) fn recents(connection: &Connection, limit: u32) -> rusqlite::Result<Vec<Recent>> {
    let mut statement = connection.prepare_cached(
        "SELECT place, newest, newest_via, newest_sequence, newest_time, newest_sender FROM places
         ORDER BY newest_time DESC, newest_sequence DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| {
        let sequence: Option<i64> = row.get(3)?;
        Ok(Recent {
            conversation: place::conversation(row.get(0)?, row.get(2)?)?,
            message: id(row.get(1)?)?,
            sequence: sequence.map(|sequence| Sequence::new(sequence.cast_unsigned())),
            time: row.get::<_, i64>(4)?.cast_unsigned(),
            sender: place::uin(row.get::<_, i64>(5)?.cast_unsigned())?,
        })
    })?;
    rows.collect()
}
