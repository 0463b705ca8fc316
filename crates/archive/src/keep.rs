//! How much is kept, and the deletion of what is older.

use rusqlite::Connection;

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Days.
    pub days: u32,
    /// Messages; beyond them the oldest are deleted first, 1,024 at a time.
    pub messages: u32,
}

impl Default for Keep {
    /// 30 days, 5 million messages at most.
    fn default() -> Self {
        Self {
            days: 30,
            messages: 5_000_000,
        }
    }
}

/// Deletes messages that are too old or too many. `now`: Unix seconds.
pub(crate) fn sweep(connection: &Connection, keep: Keep, now: u64) -> rusqlite::Result<()> {
    let oldest = now.saturating_sub(u64::from(keep.days) * 86_400);
    connection.execute(
        "DELETE FROM messages WHERE recorded < ?1",
        [oldest.cast_signed()],
    )?;
    // Rows are numbered without gaps, except where the clock was set back and a row in between was too old.
    connection.execute(
        "DELETE FROM messages WHERE number <= (SELECT max(number) FROM messages) - ?1",
        [keep.messages],
    )?;
    Ok(())
}
