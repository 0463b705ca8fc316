//! How much is kept (ARCHITECTURE "What survives"): messages of 30 days, 5 million at most.

use rusqlite::Connection;

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Days.
    pub days: u32,
    /// Messages; beyond them the oldest go first.
    pub messages: u32,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            days: 30,
            messages: 5_000_000,
        }
    }
}

/// Deletes what is older or too many. `now`: unix seconds.
pub(crate) fn sweep(connection: &Connection, keep: Keep, now: u64) -> rusqlite::Result<()> {
    let oldest = now.saturating_sub(u64::from(keep.days) * 86_400);
    connection.execute(
        "DELETE FROM messages WHERE recorded < ?1",
        [oldest.cast_signed()],
    )?;
    connection.execute(
        "DELETE FROM messages WHERE id IN
         (SELECT id FROM messages ORDER BY recorded DESC, id DESC LIMIT -1 OFFSET ?1)",
        [keep.messages],
    )?;
    Ok(())
}
