//! A reader's position in the event log.

use std::{collections::VecDeque, fmt, future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;
use nekonap_archive::{ArchiveError, Kept, Store};
use nekonap_onebot::Form;
use tokio::sync::watch;

use super::{Log, Place, Want, entry::Entry};

/// The next item of a [`Cursor`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// An event.
    Event {
        /// The event as one JSON object, in the reader's format. Shared with all other readers of that
        /// format.
        bytes: Bytes,
        /// Its position in the log.
        position: u64,
    },
    /// This many events were removed from the log before the cursor reached them.
    Lost(u64),
    /// The bot has shut down. No event follows.
    Closed,
}

/// A reader's position in the event log. With a journal, it reads the events from the journal that the ring in memory no
/// longer has.
#[derive(Debug)]
pub struct Cursor {
    log: Log,
    want: Want,
    /// Position of the next event.
    next: u64,
    head: watch::Receiver<u64>,
    journal: Option<Journal>,
}

/// Events from the journal that the cursor has not returned yet, at most one page.
struct Journal {
    store: Store,
    page: VecDeque<Entry>,
    /// The read that loads the next page. It is kept here, so that it continues after a dropped [`Cursor::next`].
    loading: Option<Loading>,
}

type Loading = Pin<Box<dyn Future<Output = Result<Vec<Kept>, ArchiveError>> + Send>>;

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("page", &self.page.len())
            .finish_non_exhaustive()
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        self.log.remove_reader(self.want);
    }
}

impl Cursor {
    /// A cursor at the end of the log, or after a position, from which it reads with the help of the journal.
    pub(super) fn new(log: Log, want: Want, from: Option<(u64, Store)>) -> Self {
        let head = log.add_reader(want);
        let newest = *head.borrow();
        let (next, journal) = match from {
            None => (newest, None),
            Some((after, store)) => {
                let journal = Journal {
                    store,
                    page: VecDeque::new(),
                    loading: None,
                };
                ((after + 1).min(newest), Some(journal))
            }
        };
        Self {
            log,
            want,
            next,
            head,
            journal,
        }
    }

    /// Waits for the next event that the reader wants. Cancel safe: dropping the future skips no event.
    pub async fn next(&mut self) -> Next {
        loop {
            self.head.borrow_and_update();
            if let Some(next) = self.try_next() {
                return next;
            }
            if let Place::Removed { first } = self.log.at(self.next)
                && self.journal.is_some()
            {
                if let Some(lost) = self.load(first).await {
                    return Next::Lost(lost);
                }
                continue;
            }
            // Cannot happen: every cursor holds the log, and the log holds the sender.
            if self.head.changed().await.is_err() {
                return Next::Closed;
            }
        }
    }

    /// The next event that the reader wants, if there is one now. Call this repeatedly to write all available events at
    /// once. Events that have to be read from the journal are only returned by [`Cursor::next`].
    pub fn try_next(&mut self) -> Option<Next> {
        loop {
            let kept = self
                .journal
                .as_mut()
                .and_then(|journal| journal.page.pop_front());
            let in_ring = kept.is_none();
            let entry = match kept.map(Arc::new) {
                Some(entry) => entry,
                None => match self.log.at(self.next) {
                    Place::Entry(entry) => entry,
                    Place::End => return self.log.is_closed().then_some(Next::Closed),
                    Place::Removed { .. } if self.journal.is_some() => return None,
                    Place::Removed { first } => {
                        let lost = first - self.next;
                        self.next = first;
                        return Some(Next::Lost(lost));
                    }
                },
            };
            self.next = entry.position + 1;
            if !entry.is_for(self.want) {
                continue;
            }
            let (bytes, made) = entry.render(self.want);
            if made && in_ring {
                self.log.rendered(entry.position, bytes.len());
            }
            return Some(Next::Event {
                bytes,
                position: entry.position,
            });
        }
    }

    /// Loads the next page of the journal. If the journal has no event before `first`, the first one in the ring, the
    /// cursor continues there; the result is then the number of events that are in neither. Cancel safe.
    async fn load(&mut self, first: u64) -> Option<u64> {
        let journal = self.journal.as_mut()?;
        let after = self.next.saturating_sub(1);
        let loading = journal.loading.get_or_insert_with(|| {
            let store = journal.store.clone();
            Box::pin(async move { store.events_after(after).await })
        });
        let page = loading.await;
        journal.loading = None;
        let page = page.unwrap_or_else(|error| {
            tracing::warn!(%error, "the journal cannot be read: events that are no longer in memory are lost");
            Vec::new()
        });
        journal.page = page.into_iter().map(Entry::kept).collect();
        if !journal.page.is_empty() {
            return None;
        }
        // Positions before the start of this process were not given to events that are missing here.
        let lost = first - self.next.max(self.log.begin()).min(first);
        self.next = first;
        (lost > 0).then_some(lost)
    }

    /// Changes the format of messages.
    pub(crate) fn set_form(&mut self, form: Form) {
        self.want.form = form;
    }

    /// The position of the next event.
    pub fn position(&self) -> u64 {
        self.next
    }
}
