//! Publishing events, and the subscribers for which they are kept. An event reaches its readers after its commit, in the
//! order of the positions.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use nekonap_ids::MessageId;
use rusqlite::Connection;

use crate::{
    Archive, ArchiveError, Entry, Kept, Lapsed, Publish, Recorded, Row, Store, Subscriber, first,
    journal::{self, Journal},
    now,
};

impl Store {
    /// Sets for whom events are kept. A subscriber that was there before keeps its mark, also across a restart; a new one
    /// begins after the newest event. Without subscribers nothing is written, and the journal is emptied.
    ///
    /// # Errors
    /// The database cannot be written; the subscribers stay as they were.
    pub async fn subscribe(&self, subscribers: Vec<Subscriber>) -> Result<(), ArchiveError> {
        if subscribers.is_empty() && !self.0.journal.is_on() {
            return Ok(());
        }
        let (inner, shared) = (Arc::clone(&self.0), Arc::clone(&self.0));
        self.0
            .database
            .write_then(
                move |connection| inner.journal.subscribe(connection, subscribers),
                move |outcome| outcome.map(|marks| shared.journal.install(marks)),
            )
            .await??;
        Ok(())
    }

    /// Whether there is a subscriber, so that events are kept.
    pub fn keeps_events(&self) -> bool {
        self.0.journal.is_on()
    }

    /// Whether a subscriber wants `raw`.
    pub fn keeps_raw(&self) -> bool {
        self.0.journal.is_raw_wanted()
    }

    /// The longest window of the subscribers; `None` without a subscriber.
    pub fn longest_window(&self) -> Option<Duration> {
        self.0.journal.longest_window()
    }

    /// Position of the next event.
    pub fn next_position(&self) -> u64 {
        self.0.journal.next()
    }

    /// The position up to which a subscriber has acknowledged events; `None` if there is no such subscriber.
    pub fn acknowledged(&self, subscriber: &str) -> Option<u64> {
        self.0.journal.acknowledged(subscriber)
    }

    /// Moves the mark of a subscriber forward to this position. It reaches the disk with the next
    /// [`tend_journal`](Self::tend_journal).
    pub fn acknowledge(&self, subscriber: &str, position: u64) {
        self.0.journal.acknowledge(subscriber, position);
    }

    /// Waits until an event was kept or a mark was moved. Returns at once if this happened since the last call.
    pub async fn journal_changed(&self) {
        self.0.journal.changed().await;
    }

    /// Saves the marks, deletes the events that no subscriber can get any more, and returns those that a subscriber has not
    /// acknowledged.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn tend_journal(&self) -> Result<Vec<Lapsed>, ArchiveError> {
        if !self.keeps_events() {
            return Ok(Vec::new());
        }
        let (inner, now) = (Arc::clone(&self.0), now());
        let lapsed = self
            .0
            .database
            .write(move |connection| inner.journal.tend(connection, now))
            .await?;
        Ok(lapsed)
    }

    /// The position after which a subscriber resumes: its mark, moved back so that the last `repeat` acknowledged events
    /// are read again, as far as they are within its window. `None` if there is no such subscriber.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn resume(&self, subscriber: &str, repeat: u32) -> Result<Option<u64>, ArchiveError> {
        let (inner, now, name) = (Arc::clone(&self.0), now(), subscriber.to_owned());
        let after = self
            .0
            .database
            .read(move |connection| inner.journal.resume(connection, &name, repeat, now))
            .await?;
        Ok(after)
    }

    /// Position of the oldest event after `position` that is within the window of a subscriber; `None` if there is no such
    /// event or no such subscriber.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn first_after(
        &self,
        subscriber: &str,
        position: u64,
    ) -> Result<Option<u64>, ArchiveError> {
        let (inner, now, name) = (Arc::clone(&self.0), now(), subscriber.to_owned());
        let first = self
            .0
            .database
            .read(move |connection| inner.journal.first_after(connection, &name, position, now))
            .await?;
        Ok(first)
    }

    /// The oldest kept events after a position, at most 128; fewer if they are large.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn events_after(&self, position: u64) -> Result<Vec<Kept>, ArchiveError> {
        let page = self
            .0
            .database
            .read(move |connection| journal::page(connection, position))
            .await?;
        Ok(page)
    }

    /// Appends an event: keeps it if there is a subscriber, then publishes it.
    ///
    /// # Errors
    /// The database is closed, and the event was not published. While the database cannot be written, events are published
    /// but not kept.
    pub async fn publish(&self, event: impl Publish) -> Result<(), ArchiveError> {
        let slot = Slot::new(event);
        let (inner, shared, kept) = (Arc::clone(&self.0), Arc::clone(&self.0), slot.clone());
        let kept_or_not = move |outcome: Result<Option<u64>, nekonap_sqlite::Error>| match outcome {
            Ok(position) => {
                slot.publish(&shared.journal, None, position);
                Ok(())
            }
            Err(error) => {
                slot.publish(&shared.journal, None, None);
                Err(error)
            }
        };
        let written = self
            .0
            .database
            .write_then(
                move |connection| kept.keep(&inner.journal, connection, None),
                kept_or_not,
            )
            .await?;
        if let Err(error) = written {
            if error.is_storage() {
                self.set_healthy(false);
            }
            tracing::debug!(%error, "an event could not be kept");
        }
        Ok(())
    }
}

impl Archive {
    /// Records one message, and publishes its event if it is to be reported. Both are committed in one transaction. While
    /// the database cannot be written, the event is published but not kept.
    ///
    /// # Errors
    /// The database is closed.
    pub async fn record_and_publish(
        &self,
        entry: Entry,
        event: impl Publish,
    ) -> Result<Recorded, ArchiveError> {
        let message = entry.report();
        let slot = Slot::new(event);
        let (inner, shared) = (Arc::clone(&self.store.0), Arc::clone(&self.store.0));
        let (kept, published) = (slot.clone(), slot.clone());
        let recorded = self
            .commit_then(
                vec![message],
                move |recording| {
                    let recorded = inner.store(recording, &entry)?;
                    let position = if recorded.report {
                        kept.keep(&inner.journal, recording.connection, Some(recorded.id))?
                    } else {
                        None
                    };
                    Ok((recorded, position))
                },
                move |(recorded, position)| {
                    if recorded.report {
                        published.publish(&shared.journal, Some(recorded.id), position);
                    }
                    vec![recorded]
                },
            )
            .await?;
        let recorded = first(&recorded)?;
        if recorded.report
            && let Some(event) = slot.take()
        {
            // The message could not be written.
            self.publish(WithId(event, recorded.id)).await?;
        }
        Ok(recorded)
    }
}

/// A new event on its way through the writer thread: kept first, published after the commit.
struct Slot<E>(Arc<Mutex<Option<E>>>);

impl<E> Clone for Slot<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<E: Publish> Slot<E> {
    fn new(event: E) -> Self {
        Self(Arc::new(Mutex::new(Some(event))))
    }

    fn take(&self) -> Option<E> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Writes the event to the journal if there is a subscriber; returns its position.
    fn keep(
        &self,
        journal: &Journal,
        connection: &Connection,
        message: Option<MessageId>,
    ) -> rusqlite::Result<Option<u64>> {
        if !journal.is_on() {
            return Ok(None);
        }
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match slot.as_mut() {
            Some(event) => journal.insert(connection, &event.row(message)).map(Some),
            None => Ok(None),
        }
    }

    /// Publishes the event at its position, or at the next one if it was not kept.
    fn publish(&self, journal: &Journal, message: Option<MessageId>, position: Option<u64>) {
        if let Some(event) = self.take() {
            let position = position.unwrap_or_else(|| journal.take_position());
            event.publish(message, position);
        }
    }
}

/// The event of a message that was recorded with this id while the database could not be written.
struct WithId<E>(E, MessageId);

impl<E: Publish> Publish for WithId<E> {
    fn row(&mut self, _: Option<MessageId>) -> Row<'_> {
        self.0.row(Some(self.1))
    }

    fn publish(self, _: Option<MessageId>, position: u64) {
        self.0.publish(Some(self.1), position);
    }
}
