//! Retention limits, and the deletion of messages beyond them.

use rusqlite::Connection;

/// Retention limits of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Days after which a recorded message is deleted.
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
pub(crate) fn sweep(connection: &Connection, keep: Keep, now: u64) -> rusqlite::Result<()> {
    let oldest = now.saturating_sub(u64::from(keep.days) * 86_400);
    connection.execute(
        "DELETE FROM messages WHERE recorded < ?1",
        [oldest.cast_signed()],
    )?;
    // Row numbers have no gaps, unless the clock was set back and a row in between was deleted for its age.
    connection.execute(
        "DELETE FROM messages WHERE number <= (SELECT max(number) FROM messages) - ?1",
        [keep.messages],
    )?;
    Ok(())
}
