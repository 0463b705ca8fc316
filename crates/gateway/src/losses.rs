//! Events that a reader of the log came too late for: counted, and logged once a burst.

use std::time::Duration;

use nekonap_endpoint::Bot;
use tokio::time::Instant;

/// The losses of one reader.
pub(crate) struct Losses {
    /// The entry's name, for the log.
    entry: String,
    /// Since when events are being lost without a pause, and how many so far.
    burst: Option<(Instant, u64)>,
}

impl Losses {
    pub(crate) fn new(entry: &str) -> Self {
        Self {
            entry: entry.to_owned(),
            burst: None,
        }
    }

    /// Counts lost events; how long the burst has lasted.
    pub(crate) fn add(&mut self, bot: &Bot, events: u64) -> Duration {
        bot.vitals().events_lost.add(events);
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

    /// The reader has read everything that there is.
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
