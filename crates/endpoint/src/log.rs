//! The event log: a ring in memory. Every connection reads it with its own cursor
//! (ARCHITECTURE "What happens to a message").
//!
//! The ring keeps the newest 1,024 events or 32 MiB, whichever is less. The first reader that needs an event in some
//! format renders it, and the bytes are shared with the other readers of that format. A reader that is too
//! slow loses the oldest events and learns how many it lost. The log never waits for a reader.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use nekonap_onebot::{Event, Form};
use tokio::sync::watch;

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
    /// Whether each event has `event_id`, its position in the log. A repeated event has the same `event_id`.
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

/// An event to be appended to the log.
#[derive(Debug)]
pub(crate) struct NewEvent {
    pub(crate) event: Event,
    /// Whether the account caused the event. It is reported only to readers that want such events.
    pub(crate) own: bool,
    /// Content of `raw`, as JSON text.
    pub(crate) raw: Option<String>,
}

/// An event in the log, with the formats that were rendered so far.
#[derive(Debug)]
struct Entry {
    position: u64,
    source: NewEvent,
    formats: [OnceLock<Bytes>; 8],
}

impl Entry {
    /// The event in the reader's format, and whether it was this call that rendered it.
    fn render(&self, want: Want) -> (Bytes, bool) {
        let mut made = false;
        let bytes = self.formats[want.format_index()].get_or_init(|| {
            made = true;
            let extras = Extras {
                event_id: want.event_id.then_some(self.position),
                raw: self.source.raw.as_deref().filter(|_| want.raw),
            };
            render(&self.source.event, want.form, extras)
        });
        (bytes.clone(), made)
    }
}

/// Fields that are appended to an event's own fields.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Extras<'a> {
    pub(crate) event_id: Option<u64>,
    /// Content of `raw`, as JSON text.
    pub(crate) raw: Option<&'a str>,
}

/// An event as JSON. The extra fields are appended to its own fields. An event always has own fields, so a comma always
/// precedes the extra ones.
pub(crate) fn render(event: &Event, form: Form, extras: Extras<'_>) -> Bytes {
    let mut json = event.to_json(form);
    if extras.event_id.is_some() || extras.raw.is_some() {
        json.pop();
        if let Some(id) = extras.event_id {
            json.push_str(",\"event_id\":");
            json.push_str(&id.to_string());
        }
        if let Some(raw) = extras.raw {
            json.push_str(",\"raw\":");
            json.push_str(raw);
        }
        json.push('}');
    }
    Bytes::from(json)
}

/// The log. Cheap to clone; all clones are the same log.
#[derive(Debug, Clone)]
pub(crate) struct Log(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    ring: Mutex<Ring>,
    /// The position after the newest event. Cursors wait for it to change.
    head: watch::Sender<u64>,
    closed: AtomicBool,
    /// How many cursors want `raw`.
    raw_readers: AtomicUsize,
}

#[derive(Debug)]
struct Ring {
    entries: VecDeque<Arc<Entry>>,
    /// The position of the first entry, or of the next event if there is no entry.
    first: u64,
    /// Total bytes of all rendered formats.
    bytes: usize,
}

impl Ring {
    /// Removes the oldest events until the ring is within its limits. The newest event always stays.
    fn trim(&mut self) {
        while self.entries.len() > 1 && (self.entries.len() > EVENTS || self.bytes > BYTES) {
            if let Some(oldest) = self.entries.pop_front() {
                let length: usize = oldest
                    .formats
                    .iter()
                    .filter_map(OnceLock::get)
                    .map(Bytes::len)
                    .sum();
                self.bytes = self.bytes.saturating_sub(length);
                self.first += 1;
            }
        }
    }
}

impl Log {
    /// An empty log whose first event gets the position `next`.
    pub(crate) fn new(next: u64) -> Self {
        Self(Arc::new(Shared {
            ring: Mutex::new(Ring {
                entries: VecDeque::new(),
                first: next,
                bytes: 0,
            }),
            head: watch::Sender::new(next),
            closed: AtomicBool::new(false),
            raw_readers: AtomicUsize::new(0),
        }))
    }

    /// Appends events and wakes the cursors once. Returns the position of the first event.
    pub(crate) fn append(&self, events: impl IntoIterator<Item = NewEvent>) -> u64 {
        let mut ring = self.ring();
        let start = ring.first + ring.entries.len() as u64;
        let mut position = start;
        for source in events {
            ring.entries.push_back(Arc::new(Entry {
                position,
                source,
                formats: Default::default(),
            }));
            position += 1;
            ring.trim();
        }
        drop(ring);
        if position != start {
            self.0.head.send_replace(position);
        }
        start
    }

    /// A cursor at the end of the log: it reads the events from now on.
    pub(crate) fn cursor(&self, want: Want) -> Cursor {
        let head = self.0.head.subscribe();
        let next = *head.borrow();
        if want.raw {
            self.0.raw_readers.fetch_add(1, Ordering::Relaxed);
        }
        Cursor {
            log: self.clone(),
            want,
            next,
            head,
        }
    }

    /// Ends the log: cursors read the remaining events and then get [`Next::Closed`].
    pub(crate) fn close(&self) {
        self.0.closed.store(true, Ordering::Release);
        self.0.head.send_modify(|_| {});
    }

    /// The number of cursors.
    pub(crate) fn readers(&self) -> usize {
        self.0.head.receiver_count()
    }

    /// Whether any cursor wants `raw`.
    pub(crate) fn is_raw_wanted(&self) -> bool {
        self.0.raw_readers.load(Ordering::Relaxed) > 0
    }

    /// Locks the ring. A panic elsewhere cannot leave it half changed, so a poisoned lock is used as it is.
    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.0.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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

/// A reader's position in the event log.
#[derive(Debug)]
pub struct Cursor {
    log: Log,
    want: Want,
    next: u64,
    head: watch::Receiver<u64>,
}

impl Drop for Cursor {
    fn drop(&mut self) {
        if self.want.raw {
            self.log.0.raw_readers.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Cursor {
    /// Waits for the next event that the reader wants. Cancel safe: dropping the future skips no event.
    pub async fn next(&mut self) -> Next {
        loop {
            self.head.borrow_and_update();
            if let Some(next) = self.try_next() {
                return next;
            }
            // Cannot happen: every cursor holds the log, and the log holds the sender.
            if self.head.changed().await.is_err() {
                return Next::Closed;
            }
        }
    }

    /// The next event that the reader wants, if there is one now. Call this repeatedly to write all available events at
    /// once.
    pub fn try_next(&mut self) -> Option<Next> {
        loop {
            let entry = {
                let ring = self.log.ring();
                if self.next < ring.first {
                    let lost = ring.first - self.next;
                    self.next = ring.first;
                    return Some(Next::Lost(lost));
                }
                usize::try_from(self.next - ring.first)
                    .ok()
                    .and_then(|index| ring.entries.get(index))
                    .cloned()
            };
            let Some(entry) = entry else {
                let closed = self.log.0.closed.load(Ordering::Acquire);
                return closed.then_some(Next::Closed);
            };
            self.next = entry.position + 1;
            if entry.source.own && !self.want.own_messages {
                continue;
            }
            let (bytes, made) = entry.render(self.want);
            if made {
                let mut ring = self.log.ring();
                if entry.position >= ring.first {
                    ring.bytes += bytes.len();
                    ring.trim();
                }
            }
            return Some(Next::Event {
                bytes,
                position: entry.position,
            });
        }
    }

    /// The position of the next event.
    pub fn position(&self) -> u64 {
        self.next
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use nekonap_ids::Uin;
    use nekonap_onebot::{
        What,
        events::{Lifecycle, Meta},
    };
    use serde_json::Value;

    use super::*;

    fn happening(time: u64, own: bool) -> NewEvent {
        NewEvent {
            event: Event {
                time,
                self_id: Uin::new(10_001).expect("an account"),
                what: What::Meta(Meta::Lifecycle(Lifecycle::Connect)),
            },
            own,
            raw: Some("{\"x\":1}".to_owned()),
        }
    }

    /// The time and the position of the next event.
    fn read(cursor: &mut Cursor) -> Option<(u64, u64)> {
        match cursor.try_next()? {
            Next::Event { bytes, position } => {
                let event: Value = serde_json::from_slice(&bytes).expect("JSON");
                Some((event["time"].as_u64().expect("time"), position))
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn cursor_reads_later_events_in_order() {
        let log = Log::new(7);
        log.append([happening(1, false)]);
        let mut cursor = log.cursor(Want::default());
        assert_eq!(cursor.position(), 8);
        assert_eq!(read(&mut cursor), None);
        assert_eq!(log.append([happening(2, false), happening(3, false)]), 8);
        log.append([happening(4, false)]);
        let all: Vec<_> = std::iter::from_fn(|| read(&mut cursor)).collect();
        assert_eq!(all, [(2, 8), (3, 9), (4, 10)]);
    }

    #[test]
    fn own_events_are_read_only_on_request() {
        let log = Log::new(1);
        let mut others = log.cursor(Want::default());
        let mut all = log.cursor(Want {
            own_messages: true,
            ..Want::default()
        });
        log.append([happening(1, true), happening(2, false)]);
        assert_eq!(read(&mut others), Some((2, 2)));
        assert_eq!(read(&mut all), Some((1, 1)));
    }

    #[test]
    fn readers_of_one_format_share_its_bytes() {
        let log = Log::new(1);
        let mut cursors = [(); 3].map(|()| log.cursor(Want::default()));
        let mut with_extras = log.cursor(Want {
            event_id: true,
            raw: true,
            ..Want::default()
        });
        log.append([happening(1, false)]);
        let bytes = cursors.each_mut().map(|cursor| match cursor.try_next() {
            Some(Next::Event { bytes, .. }) => bytes,
            other => panic!("{other:?}"),
        });
        assert!(
            bytes
                .iter()
                .all(|other| other.as_ptr() == bytes[0].as_ptr())
        );
        let Some(Next::Event { bytes: more, .. }) = with_extras.try_next() else {
            panic!("no event");
        };
        let text = std::str::from_utf8(&more).expect("text");
        assert!(text.ends_with(r#","event_id":1,"raw":{"x":1}}"#), "{text}");
        assert!(!bytes[0].windows(8).any(|part| part == b"event_id"));
    }

    #[test]
    fn slow_reader_gets_the_number_of_lost_events() {
        let log = Log::new(1);
        let mut slow = log.cursor(Want::default());
        let last = EVENTS as u64 + 10;
        for time in 1..=last {
            log.append([happening(time, false)]);
        }
        assert_eq!(slow.try_next(), Some(Next::Lost(10)));
        assert_eq!(read(&mut slow), Some((11, 11)));
        let rest = std::iter::from_fn(|| read(&mut slow)).count();
        assert_eq!(rest as u64, last - 11);
    }

    #[tokio::test]
    async fn cursor_waits_for_events_and_for_the_end() {
        let log = Log::new(1);
        let mut cursor = log.cursor(Want::default());
        assert!(cursor.next().now_or_never().is_none());
        let waiting = tokio::spawn(async move {
            let first = cursor.next().await;
            (first, cursor.next().await)
        });
        log.append([happening(5, false)]);
        log.close();
        let (first, end) = waiting.await.expect("joined");
        assert!(
            matches!(first, Next::Event { position: 1, .. }),
            "{first:?}"
        );
        assert_eq!(end, Next::Closed);
        assert_eq!(log.readers(), 0);
    }
}
