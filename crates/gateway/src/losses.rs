//! Counts the events that a slow reader of the event log has lost, and logs them once per burst.

use std::time::Duration;

use nekonap_endpoint::{Bot, Cursor, Next};
use tokio::time::Instant;

/// The lost events of one reader.
pub(crate) struct Losses {
    /// Name of the entry, for the log.
    entry: String,
    /// Start of the current burst, and the number of events lost in it. A burst ends when the reader catches up.
    burst: Option<(Instant, u64)>,
}

impl Losses {
    pub(crate) fn new(entry: &str) -> Self {
        Self {
            entry: entry.to_owned(),
            burst: None,
        }
    }

    /// The next entry of the log. A burst ends here when the reader has to wait for it. Cancel safe.
    pub(crate) async fn next(&mut self, cursor: &mut Cursor) -> Next {
        if let Some(next) = cursor.try_next() {
            return next;
        }
        self.caught_up();
        cursor.next().await
    }

    /// Counts lost events and returns how long the burst has lasted.
    pub(crate) fn add(&mut self, bot: &Bot, events: u64) -> Duration {
        bot.vitals().lost(&self.entry, events);
        if self.burst.is_none() {
            tracing::warn!(
                entry = self.entry,
                "a client reads too slowly; the oldest events are lost"
            );
        }
        let (since, lost) = self.burst.unwrap_or((Instant::now(), 0));
        self.burst = Some((since, lost + events));
        since.elapsed()
    }

    /// Ends the burst: the reader has read all events.
    pub(crate) fn caught_up(&mut self) {
        if let Some((since, lost)) = self.burst.take() {
            tracing::warn!(
                entry = self.entry,
                lost,
                seconds = since.elapsed().as_secs(),
                "a client has caught up"
            );
        }
    }
}
