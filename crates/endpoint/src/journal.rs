//! The journal of events, as connections with `replay` use it (api/transports §7.7).

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use nekonap_archive::{ArchiveError, Lapsed, Subscriber};

use crate::{
    bot::Bot,
    log::{Cursor, Want},
};

/// How often marks are saved and events beyond the limits are deleted, while anything changes.
const TEND_INTERVAL: Duration = Duration::from_secs(1);

impl Bot {
    /// Sets the connection entries that have `replay`. For them, events are kept on disk until they are acknowledged or
    /// leave the entry's window. An entry that was there before keeps its mark, also across a restart; a new one begins
    /// now.
    ///
    /// # Errors
    /// The archive cannot be written; the entries stay as they were.
    pub async fn keep_events_for(&self, entries: Vec<Subscriber>) -> Result<(), ArchiveError> {
        self.archive().subscribe(entries).await
    }

    /// A cursor that begins where an entry with `replay` has left off. The last `repeat` acknowledged events are read
    /// again. If the entry has no `replay`, the cursor begins now.
    pub async fn resume(&self, entry: &str, want: Want, repeat: u32) -> Cursor {
        // Events that have left the window must not be read, also if nothing has happened since.
        self.tend_journal().await;
        let after = match self.archive().resume(entry, repeat).await {
            Ok(after) => after,
            Err(error) => {
                tracing::warn!(entry, %error, "the journal cannot be read: acknowledged events are not repeated");
                self.acknowledged(entry)
            }
        };
        match after {
            Some(after) => self.cursor_after(want, after),
            None => self.cursor(want),
        }
    }

    /// A cursor for an entry with `replay` that begins after an event, and the number of events after it that are no longer
    /// in the journal. `after`: the `event_id`. One that does not exist yet counts as the newest.
    pub async fn resume_after(&self, entry: &str, want: Want, after: u64) -> (Cursor, u64) {
        let next = self.archive().next_position();
        let after = after.min(next - 1);
        let first = match self.archive().first_after(entry, after).await {
            Ok(first) => first.unwrap_or(next),
            Err(error) => {
                tracing::warn!(entry, %error, "the journal cannot be read: older events are lost");
                next
            }
        };
        // Positions before the start of this process were not given to any event.
        let known = after.max(self.log().begin() - 1).min(first - 1);
        (self.cursor_after(want, first - 1), first - 1 - known)
    }

    fn cursor_after(&self, want: Want, after: u64) -> Cursor {
        let journal = nekonap_archive::Store::clone(self.archive());
        self.log().cursor_after(want, after, journal)
    }

    /// The position up to which an entry with `replay` has acknowledged events.
    pub fn acknowledged(&self, entry: &str) -> Option<u64> {
        self.archive().acknowledged(entry)
    }

    /// Notes that an entry with `replay` has received all events up to this position. Saved at most once a second.
    pub fn acknowledge(&self, entry: &str, position: u64) {
        self.archive().acknowledge(entry, position);
        self.lapses().end(entry);
    }

    /// Whether an event is still wanted by an entry with `replay`: it is not acknowledged and has not left the window.
    pub async fn is_outstanding(&self, entry: &str, position: u64) -> bool {
        self.tend_journal().await;
        self.acknowledged(entry)
            .is_some_and(|acknowledged| acknowledged < position)
    }

    /// Saves the marks and deletes old events. Those that an entry has not acknowledged are counted.
    async fn tend_journal(&self) {
        match self.archive().tend_journal().await {
            Ok(lapsed) => {
                for lapsed in lapsed {
                    self.vitals().lost(&lapsed.subscriber, lapsed.events);
                    self.lapses().add(lapsed);
                }
            }
            Err(error) => tracing::debug!(%error, "the journal could not be saved"),
        }
    }
}

/// Unread events that left the journal, by entry, since the entry last acknowledged any. Logged once per burst.
#[derive(Debug, Default)]
pub(crate) struct Lapses(Mutex<BTreeMap<String, u64>>);

impl Lapses {
    fn add(&self, lapsed: Lapsed) {
        let mut bursts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let burst = bursts.entry(lapsed.subscriber).or_insert_with_key(|entry| {
            tracing::warn!(
                entry,
                "a framework is away or too slow: its oldest events have left the journal unread and are lost"
            );
            0
        });
        *burst += lapsed.events;
    }

    fn end(&self, entry: &str) {
        let mut bursts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lost) = bursts.remove(entry) {
            tracing::warn!(entry, lost, "a framework receives events again");
        }
    }
}

/// Saves the marks while they change, until the bot shuts down.
pub(crate) async fn run(bot: Bot) {
    loop {
        tokio::select! {
            () = bot.closing().cancelled() => break,
            () = bot.archive().journal_changed() => {}
        }
        bot.tend_journal().await;
        tokio::select! {
            () = bot.closing().cancelled() => break,
            () = tokio::time::sleep(TEND_INTERVAL) => {}
        }
    }
    bot.tend_journal().await;
}
