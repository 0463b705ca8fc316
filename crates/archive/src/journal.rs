//! The journal: events that are kept on disk for connections that are away (api/transports §7.7).
//!
//! Events are kept while there is a subscriber. Each has a position, which only grows, also across restarts and when a
//! damaged archive was replaced: the first position of a process is at least the current time in milliseconds.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use nekonap_ids::MessageId;
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::Notify;

/// Maximum number of events in the journal. Beyond it the oldest are deleted.
pub const JOURNAL_EVENTS: u64 = 100_000;

/// Maximum size of the journal's events in bytes. Beyond it the oldest are deleted.
pub const JOURNAL_BYTES: u64 = 256 << 20;

/// Maximum number of events of one read.
const PAGE_EVENTS: u32 = 128;

/// A read ends after this many bytes.
const PAGE_BYTES: usize = 1 << 20;

/// A connection for which events are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// Its name, which is the key of its mark.
    pub name: String,
    /// How long unread events are kept, in whole seconds.
    pub window: Duration,
    /// Whether it wants events that the account itself caused.
    pub own: bool,
    /// Whether it wants `raw`.
    pub raw: bool,
    /// Whether it resumes at its mark. If not, events that it has not read are not counted as lost.
    pub waits: bool,
}

/// An event as the journal keeps it.
#[derive(Debug)]
pub struct Row<'a> {
    /// Time from which windows are measured, Unix seconds.
    pub time: u64,
    /// Whether the account itself caused it.
    pub own: bool,
    /// The event as JSON, with messages as arrays.
    pub json: &'a str,
    /// Content of `raw`, as JSON.
    pub raw: Option<&'a str>,
}

/// An event from the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its position in the event log.
    pub position: u64,
    /// Whether the account itself caused it.
    pub own: bool,
    /// The event as JSON, with messages as arrays.
    pub json: String,
    /// Content of `raw`, as JSON.
    pub raw: Option<String>,
}

/// A new event. `message`: the id of the message that it reports, if it was recorded with one.
pub trait Publish: Send + 'static {
    /// What the journal keeps of it. Called only while there is a subscriber.
    fn row(&mut self, message: Option<MessageId>) -> Row<'_>;

    /// Hands the event to its readers. Runs on the writer thread after the commit, in the order of the positions, also
    /// when the event could not be written. Must not block or panic.
    fn publish(self, message: Option<MessageId>, position: u64);
}

/// Events that left the journal before a subscriber acknowledged them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapsed {
    /// Name of the subscriber.
    pub subscriber: String,
    /// How many.
    pub events: u64,
}

/// All subscribers, by name.
pub(crate) type Marks = BTreeMap<String, Mark>;

/// A subscriber and its marks.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    subscriber: Subscriber,
    begins: u64,
    acknowledged: u64,
    /// `acknowledged` as it is on disk.
    saved: u64,
}

/// State of the journal in memory.
#[derive(Debug)]
pub(crate) struct Journal {
    marks: Mutex<Marks>,
    /// Whether there is a subscriber.
    on: AtomicBool,
    /// Position of the next event.
    next: AtomicU64,
    /// Events and bytes ever written.
    number: AtomicU64,
    written: AtomicU64,
    /// Signalled when a mark was moved or an event was written.
    changed: Notify,
}

impl Journal {
    /// Loads the state. `now`: current time, Unix milliseconds.
    pub(crate) fn load(connection: &Connection, now: u64) -> rusqlite::Result<Self> {
        let marks: Marks = connection
            .prepare("SELECT name, span, own, raw, waits, begins, acknowledged FROM subscribers")?
            .query_map([], |row| {
                let acknowledged = row.get::<_, i64>(6)?.cast_unsigned();
                let mark = Mark {
                    subscriber: Subscriber {
                        name: row.get(0)?,
                        window: Duration::from_secs(row.get::<_, i64>(1)?.cast_unsigned()),
                        own: row.get(2)?,
                        raw: row.get(3)?,
                        waits: row.get(4)?,
                    },
                    begins: row.get::<_, i64>(5)?.cast_unsigned(),
                    acknowledged,
                    saved: acknowledged,
                };
                Ok((mark.subscriber.name.clone(), mark))
            })?
            .collect::<rusqlite::Result<_>>()?;
        let newest = connection
            .query_row(
                "SELECT position, number, written FROM events ORDER BY position DESC LIMIT 1",
                [],
                |row| Ok([row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?]),
            )
            .optional()?;
        let [position, number, written] = newest.unwrap_or_default().map(i64::cast_unsigned);
        let last = marks
            .values()
            .map(|mark| mark.acknowledged)
            .fold(position, u64::max);
        Ok(Self {
            on: AtomicBool::new(!marks.is_empty()),
            marks: Mutex::new(marks),
            next: AtomicU64::new(now.max(last + 1)),
            number: AtomicU64::new(number),
            written: AtomicU64::new(written),
            changed: Notify::new(),
        })
    }

    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    /// Position of the next event.
    pub(crate) fn next(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }

    /// Takes the next position. Only the writer thread calls this, so events are published in the order of their positions.
    pub(crate) fn take_position(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The longest window of all subscribers; `None` without a subscriber.
    pub(crate) fn longest_window(&self) -> Option<Duration> {
        let marks = self.marks();
        marks.values().map(|mark| mark.subscriber.window).max()
    }

    pub(crate) fn is_raw_wanted(&self) -> bool {
        self.is_on() && self.marks().values().any(|mark| mark.subscriber.raw)
    }

    pub(crate) fn acknowledged(&self, name: &str) -> Option<u64> {
        self.marks().get(name).map(|mark| mark.acknowledged)
    }

    /// Moves a mark forward. A position that was not given to an event yet is ignored.
    pub(crate) fn acknowledge(&self, name: &str, position: u64) {
        if position >= self.next() {
            return;
        }
        if let Some(mark) = self.marks().get_mut(name)
            && mark.acknowledged < position
        {
            mark.acknowledged = position;
            self.changed.notify_one();
        }
    }

    /// Writes an event and returns its position.
    pub(crate) fn insert(&self, connection: &Connection, row: &Row<'_>) -> rusqlite::Result<u64> {
        let position = self.take_position();
        let bytes = row.json.len() + row.raw.map_or(0, str::len);
        let number = self.number.fetch_add(1, Ordering::Relaxed) + 1;
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let written = self.written.fetch_add(bytes, Ordering::Relaxed) + bytes;
        connection
            .prepare_cached(
                "INSERT INTO events (position, time, own, number, written, json, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                position.cast_signed(),
                row.time.cast_signed(),
                row.own,
                number.cast_signed(),
                written.cast_signed(),
                row.json,
                row.raw,
            ])?;
        self.changed.notify_one();
        Ok(position)
    }

    /// Saves the subscribers and returns their marks for [`install`](Self::install). One that was there keeps its mark, a new
    /// one begins after the newest event. Without subscribers the journal is emptied.
    pub(crate) fn subscribe(
        &self,
        connection: &Connection,
        subscribers: Vec<Subscriber>,
    ) -> rusqlite::Result<Marks> {
        let last = self.next() - 1;
        let old = self.marks().clone();
        let mut marks = Marks::new();
        connection.execute("DELETE FROM subscribers", [])?;
        let mut insert = connection.prepare(
            "INSERT INTO subscribers (name, span, own, raw, waits, begins, acknowledged) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for subscriber in subscribers {
            let known = old.get(&subscriber.name);
            let (begins, acknowledged) =
                known.map_or((last, last), |mark| (mark.begins, mark.acknowledged));
            insert.execute(params![
                subscriber.name,
                subscriber.window.as_secs().cast_signed(),
                subscriber.own,
                subscriber.raw,
                subscriber.waits,
                begins.cast_signed(),
                acknowledged.cast_signed(),
            ])?;
            let mark = Mark {
                subscriber,
                begins,
                acknowledged,
                saved: acknowledged,
            };
            marks.insert(mark.subscriber.name.clone(), mark);
        }
        if marks.is_empty() {
            connection.execute("DELETE FROM events", [])?;
        }
        Ok(marks)
    }

    /// Replaces the subscribers in memory. Acknowledgements that arrived meanwhile are kept.
    pub(crate) fn install(&self, mut marks: Marks) {
        let mut current = self.marks();
        for (name, mark) in &mut marks {
            if let Some(old) = current.get(name) {
                mark.acknowledged = mark.acknowledged.max(old.acknowledged);
            }
        }
        self.on.store(!marks.is_empty(), Ordering::Relaxed);
        *current = marks;
    }

    /// Saves the marks, and deletes the events that are older than every window or beyond the limits. Marks are moved past
    /// the events that a subscriber can no longer get. `now`: Unix seconds.
    pub(crate) fn tend(&self, connection: &Connection, now: u64) -> rusqlite::Result<Vec<Lapsed>> {
        let mut marks = self.marks().clone();
        let mut lapsed = Vec::new();
        for (name, mark) in &mut marks {
            let subscriber = &mark.subscriber;
            let first = self.first_kept(connection, mark.acknowledged, subscriber.window, now)?;
            let (events, last): (i64, Option<i64>) = connection
                .prepare_cached(
                    "SELECT count(*) FILTER (WHERE own <= ?3), max(position) FROM events
                     WHERE position > ?1 AND position < ?2",
                )?
                .query_row(
                    params![mark.acknowledged.cast_signed(), first, subscriber.own],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )?;
            if let Some(last) = last {
                mark.acknowledged = last.cast_unsigned();
                if subscriber.waits && events > 0 {
                    lapsed.push(Lapsed {
                        subscriber: name.clone(),
                        events: events.cast_unsigned(),
                    });
                }
            }
            if mark.acknowledged != mark.saved {
                connection
                    .prepare_cached("UPDATE subscribers SET acknowledged = ?2 WHERE name = ?1")?
                    .execute(params![name, mark.acknowledged.cast_signed()])?;
            }
        }
        if let Some(longest) = self.longest_window() {
            let first = self.first_kept(connection, 0, longest, now)?;
            connection
                .prepare_cached("DELETE FROM events WHERE position < ?1")?
                .execute([first])?;
        }
        let mut current = self.marks();
        for (name, tended) in marks {
            if let Some(mark) = current.get_mut(&name) {
                mark.saved = tended.acknowledged;
                mark.acknowledged = mark.acknowledged.max(tended.acknowledged);
            }
        }
        Ok(lapsed)
    }

    /// Position of the first event after `after` that is within the window and the limits; `i64::MAX` if there is none.
    fn first_kept(
        &self,
        connection: &Connection,
        after: u64,
        window: Duration,
        now: u64,
    ) -> rusqlite::Result<i64> {
        let oldest = now.saturating_sub(window.as_secs());
        let number = self.number.load(Ordering::Relaxed);
        let written = self.written.load(Ordering::Relaxed);
        let first = connection
            .prepare_cached(
                "SELECT position FROM events WHERE position > ?1 AND time >= ?2 AND number > ?3 AND written > ?4
                 ORDER BY position LIMIT 1",
            )?
            .query_row(
                params![
                    after.cast_signed(),
                    oldest.cast_signed(),
                    number.cast_signed() - JOURNAL_EVENTS.cast_signed(),
                    written.cast_signed() - JOURNAL_BYTES.cast_signed(),
                ],
                |row| row.get(0),
            )
            .optional()?;
        Ok(first.unwrap_or(i64::MAX))
    }

    /// Position of the first event after `after` that is within a subscriber's window.
    pub(crate) fn first_after(
        &self,
        connection: &Connection,
        name: &str,
        after: u64,
        now: u64,
    ) -> rusqlite::Result<Option<u64>> {
        let window = self.marks().get(name).map(|mark| mark.subscriber.window);
        let Some(window) = window else {
            return Ok(None);
        };
        let first = self.first_kept(connection, after, window, now)?;
        Ok((first != i64::MAX).then_some(first.cast_unsigned()))
    }

    /// The position after which a subscriber resumes: its mark, or before it, so that the last `repeat` acknowledged events
    /// are read again, as far as they are within the window. `None` if there is no such subscriber. `now`: Unix seconds.
    pub(crate) fn resume(
        &self,
        connection: &Connection,
        name: &str,
        repeat: u32,
        now: u64,
    ) -> rusqlite::Result<Option<u64>> {
        let Some(mark) = self.marks().get(name).cloned() else {
            return Ok(None);
        };
        let oldest = now.saturating_sub(mark.subscriber.window.as_secs());
        let first: Option<i64> = connection
            .prepare_cached(
                "SELECT min(position) FROM (SELECT position FROM events
                 WHERE position > ?1 AND position <= ?2 AND own <= ?3 AND time >= ?4 ORDER BY position DESC LIMIT ?5)",
            )?
            .query_row(
                params![
                    mark.begins.cast_signed(),
                    mark.acknowledged.cast_signed(),
                    mark.subscriber.own,
                    oldest.cast_signed(),
                    repeat,
                ],
                |row| row.get(0),
            )?;
        Ok(Some(first.map_or(mark.acknowledged, |first| {
            first.cast_unsigned() - 1
        })))
    }
}

/// The oldest events after a position.
pub(crate) fn page(connection: &Connection, after: u64) -> rusqlite::Result<Vec<Kept>> {
    let mut statement = connection.prepare_cached(
        "SELECT position, own, json, raw FROM events WHERE position > ?1 ORDER BY position LIMIT ?2",
    )?;
    let mut rows = statement.query(params![after.cast_signed(), PAGE_EVENTS])?;
    let (mut page, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let kept = Kept {
            position: row.get::<_, i64>(0)?.cast_unsigned(),
            own: row.get(1)?,
            json: row.get(2)?,
            raw: row.get(3)?,
        };
        bytes += kept.json.len() + kept.raw.as_ref().map_or(0, String::len);
        page.push(kept);
        if bytes >= PAGE_BYTES {
            break;
        }
    }
    Ok(page)
}
