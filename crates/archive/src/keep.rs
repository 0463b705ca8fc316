//! Retention limits, and the deletion of messages beyond them.

use rusqlite::Connection;

/// Retention limits of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Days after which a recorded message is deleted. The newest message is kept longer.
    pub days: u32,
    /// Maximum number of messages. Beyond it the oldest are deleted, after every [`SWEEP_INTERVAL`](crate::SWEEP_INTERVAL) messages.
    pub messages: u32,
}

impl Default for Keep {
    /// 30 days, at most 5 million messages.
    fn default() -> Self {
        Self {
            days: 30,
            messages: 5_000_000,
        }
    }
}

/// How much an archive keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Number of messages. Too high if the clock was set back and messages in between were deleted for their age.
    pub messages: u64,
    /// Size of the database in bytes, without its write-ahead log.
    pub bytes: u64,
}

/// How much is kept. Row numbers have no gaps, so the messages need not be counted.
pub(crate) fn size(connection: &Connection) -> rusqlite::Result<Size> {
    let messages: i64 = connection.query_row(
        "SELECT coalesce((SELECT max(number) FROM messages) - (SELECT min(number) FROM messages) + 1, 0)",
        [],
        |row| row.get(0),
    )?;
    let bytes: i64 = connection.query_row(
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        [],
        |row| row.get(0),
    )?;
    Ok(Size {
        messages: messages.cast_unsigned(),
        bytes: bytes.cast_unsigned(),
    })
}

/// Deletes messages beyond the limits. `now` is in Unix seconds.
///
/// Row numbers are in the order of recording, so only the oldest rows are deleted, and the numbers have no gaps. If the
/// clock was set back, a message is deleted when those recorded before it are. The newest message stays, so that the numbers
/// continue after it. Returns the number of the oldest row.
pub(crate) fn sweep(connection: &Connection, keep: Keep, now: u64) -> rusqlite::Result<i64> {
    let oldest = now.saturating_sub(u64::from(keep.days) * 86_400);
    connection.execute(
        "DELETE FROM messages WHERE number <
         coalesce((SELECT number FROM messages WHERE recorded >= ?1 ORDER BY number LIMIT 1),
                  (SELECT max(number) FROM messages))",
        [oldest.cast_signed()],
    )?;
    connection.execute(
        "DELETE FROM messages WHERE number <= (SELECT max(number) FROM messages) - ?1",
        [keep.messages.max(1)],
    )?;
    connection.query_row("SELECT coalesce(min(number), 0) FROM messages", [], |row| {
        row.get(0)
    })
}
