//! The event log: a ring in memory, with the journal on disk behind it. Every connection reads it with its own cursor
//! (ARCHITECTURE "What happens to a message").
//!
//! The ring keeps the newest 1,024 events or 32 MiB, whichever is less. The first reader that needs an event in some
//! format renders it, and the bytes are shared with the other readers of that format. A reader that is too
//! slow loses the oldest events and learns how many it lost, unless it can read them from the journal. The log never waits
//! for a reader.

mod cursor;
mod entry;
#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use nekonap_archive::Store;
use nekonap_onebot::Form;
use tokio::sync::watch;

pub use cursor::{Cursor, Next};
pub(crate) use entry::{NewEvent, Publication};

use entry::Entry;

/// Maximum number of events in the ring. At ten events per second, it holds the last 100 seconds.
pub(crate) const EVENTS: usize = 1_024;
/// Maximum number of bytes of rendered events in the ring.
pub(crate) const BYTES: usize = 32 * 1024 * 1024;

/// Which events a reader gets, and in which format. Only [`form`](Self::form), [`event_id`](Self::event_id) and
/// [`raw`](Self::raw) change the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want {
    /// Whether messages are arrays of segments or CQ text (api/transports §7.1).
    pub form: Form,
    /// Whether to include events that the account caused: `message_sent` and its own pokes (api/transports §7.2).
    pub own_messages: bool,
    /// Whether the connection has `replay`: each event has `event_id`, its position in the log, and messages from before
    /// the start are included. A repeated event has the same `event_id`.
    pub event_id: bool,
    /// Whether message events have `raw`, the message as the client received it (api/transports §7.3, `debug`).
    pub raw: bool,
}

impl Default for Want {
    /// Arrays, no events of the account itself, no extra fields.
    fn default() -> Self {
        Self {
            form: Form::Array,
            own_messages: false,
            event_id: false,
            raw: false,
        }
    }
}

impl Want {
    /// Index of the reader's format among the eight formats of an event.
    fn format_index(self) -> usize {
        usize::from(self.form == Form::String)
            + 2 * usize::from(self.event_id)
            + 4 * usize::from(self.raw)
    }
}

/// The log. Cheap to clone; all clones are the same log.
#[derive(Debug, Clone)]
pub(crate) struct Log(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    ring: Mutex<Ring>,
    /// The lowest position of this process.
    begin: u64,
    /// The position after the newest event. Cursors wait for it to change.
    head: watch::Sender<u64>,
    closed: AtomicBool,
    /// How many cursors want `raw`.
    raw_readers: AtomicUsize,
}

#[derive(Debug)]
struct Ring {
    /// In the order of their positions, which may have gaps.
    entries: VecDeque<Arc<Entry>>,
    /// The position of the first entry, or of the next event if there is no entry.
    first: u64,
    /// Position after the newest event.
    end: u64,
    /// Total bytes of all rendered formats.
    bytes: usize,
}

impl Ring {
    /// Removes the oldest events until the ring is within its limits. The newest event always stays.
    fn trim(&mut self) {
        while self.entries.len() > 1 && (self.entries.len() > EVENTS || self.bytes > BYTES) {
            if let Some(oldest) = self.entries.pop_front() {
                self.bytes = self.bytes.saturating_sub(oldest.bytes());
                self.first = oldest.position + 1;
            }
        }
    }
}

/// What the ring has at a position.
enum Place {
    /// The first event at or after the position.
    Entry(Arc<Entry>),
    /// No event yet.
    End,
    /// The event was removed. `first`: position of the oldest event that may be in the ring.
    Removed { first: u64 },
}

impl Log {
    /// An empty log whose first event gets at least the position `begin`.
    pub(crate) fn new(begin: u64) -> Self {
        Self(Arc::new(Shared {
            ring: Mutex::new(Ring {
                entries: VecDeque::new(),
                first: begin,
                end: begin,
                bytes: 0,
            }),
            begin,
            head: watch::Sender::new(begin),
            closed: AtomicBool::new(false),
            raw_readers: AtomicUsize::new(0),
        }))
    }

    /// Appends an event and wakes the cursors. Positions must grow from event to event.
    fn append(&self, position: u64, event: NewEvent, array: Option<Bytes>) {
        let entry = Entry::new(position, event, array);
        let mut ring = self.ring();
        ring.bytes += entry.bytes();
        ring.end = position + 1;
        ring.entries.push_back(Arc::new(entry));
        ring.trim();
        drop(ring);
        self.0.head.send_replace(position + 1);
    }

    /// A cursor at the end of the log: it reads the events from now on.
    pub(crate) fn cursor(&self, want: Want) -> Cursor {
        Cursor::new(self.clone(), want, None)
    }

    /// A cursor after a position. It reads events that the ring no longer has from the journal.
    pub(crate) fn cursor_after(&self, want: Want, position: u64, journal: Store) -> Cursor {
        Cursor::new(self.clone(), want, Some((position, journal)))
    }

    /// Ends the log: cursors read the remaining events and then get [`Next::Closed`].
    pub(crate) fn close(&self) {
        self.0.closed.store(true, Ordering::Release);
        self.0.head.send_modify(|_| {});
    }

    /// Number of events, and bytes of their rendered formats.
    pub(crate) fn size(&self) -> (usize, usize) {
        let ring = self.ring();
        (ring.entries.len(), ring.bytes)
    }

    /// The number of cursors.
    pub(crate) fn readers(&self) -> usize {
        self.0.head.receiver_count()
    }

    /// Whether any cursor wants `raw`.
    pub(crate) fn is_raw_wanted(&self) -> bool {
        self.0.raw_readers.load(Ordering::Relaxed) > 0
    }

    fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Acquire)
    }

    /// The lowest position of this process.
    pub(crate) fn begin(&self) -> u64 {
        self.0.begin
    }

    fn add_reader(&self, want: Want) -> watch::Receiver<u64> {
        if want.raw {
            self.0.raw_readers.fetch_add(1, Ordering::Relaxed);
        }
        self.0.head.subscribe()
    }

    fn remove_reader(&self, want: Want) {
        if want.raw {
            self.0.raw_readers.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn at(&self, position: u64) -> Place {
        let ring = self.ring();
        if position < ring.first {
            return Place::Removed { first: ring.first };
        }
        if position >= ring.end {
            return Place::End;
        }
        let index = ring
            .entries
            .partition_point(|entry| entry.position < position);
        match ring.entries.get(index) {
            Some(entry) => Place::Entry(Arc::clone(entry)),
            None => Place::End,
        }
    }

    /// Counts the bytes of an event that was rendered.
    fn rendered(&self, position: u64, bytes: usize) {
        let mut ring = self.ring();
        // It may have been removed while it was rendered.
        if position >= ring.first {
            ring.bytes += bytes;
            ring.trim();
        }
    }

    /// Locks the ring. A panic elsewhere cannot leave it half changed, so a poisoned lock is used as it is.
    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.0.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
