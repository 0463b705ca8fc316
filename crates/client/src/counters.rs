//! Traffic and fault counters. Faults of one kind are logged at most once a minute.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};
use std::time::{Duration, Instant};

use nekonap_wire::frame::FrameError;

/// Shortest time between two log lines of one kind.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// Counters of a client since its start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Well-formed frames received.
    pub frames_received: u64,
    /// Frames queued for the socket.
    pub frames_sent: u64,
    /// Received frames that could not be decoded.
    pub malformed_frames: u64,
    /// Replies and pushes whose body could not be decoded.
    pub malformed_bodies: u64,
    /// Requests without a reply within the timeout.
    pub timeouts: u64,
    /// Pushed messages that did not fit in a queue; they are fetched from history.
    pub overflowed_messages: u64,
    /// Pushes that were lost: notices that did not fit in a queue, and pushes that could not be decoded or resolved.
    pub lost_notices: u64,
    /// Pushes and events dropped as repeats.
    pub repeats: u64,
    /// Missed messages fetched from history.
    pub fetched_messages: u64,
    /// Missed sequences that were not fetched because there were too many. At most this many messages were skipped.
    pub skipped_messages: u64,
    /// Connections that were lost while online.
    pub disconnects: u64,
    /// Pushes addressed to another account.
    pub stray_pushes: u64,
}

/// The live counters.
#[derive(Debug, Default)]
pub(crate) struct Count {
    pub(crate) frames_received: Counter,
    pub(crate) frames_sent: Counter,
    malformed_frames: Counter,
    malformed_bodies: Counter,
    timeouts: Counter,
    pub(crate) overflowed_messages: Counter,
    pub(crate) lost_notices: Counter,
    pub(crate) repeats: Counter,
    pub(crate) fetched_messages: Counter,
    pub(crate) skipped_messages: Counter,
    pub(crate) disconnects: Counter,
    stray_pushes: Counter,
}

/// A counter, and when its last log line was written.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    count: AtomicU64,
    logged: Mutex<Option<Instant>>,
}

impl Counter {
    pub(crate) fn add(&self, more: u64) {
        self.count.fetch_add(more, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Counts one, and returns whether to log it: not within a minute after the last log line of this counter.
    pub(crate) fn add_and_should_log(&self) -> bool {
        self.add(1);
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let first = logged.is_none_or(|then| now.duration_since(then) > LOG_INTERVAL);
        if first {
            *logged = Some(now);
        }
        first
    }
}

impl Count {
    pub(crate) fn malformed(&self, error: &FrameError) {
        if self.malformed_frames.add_and_should_log() {
            tracing::warn!(%error, total = self.malformed_frames.get(), "a frame cannot be decoded");
        }
    }

    pub(crate) fn malformed_reply(&self, command: &str, why: &str) {
        if self.malformed_bodies.add_and_should_log() {
            tracing::warn!(command, why, "a body cannot be decoded");
        }
    }

    pub(crate) fn timed_out(&self, command: &str) {
        if self.timeouts.add_and_should_log() {
            tracing::warn!(command, "no reply within the timeout");
        }
    }

    pub(crate) fn stray(&self, command: &str) {
        if self.stray_pushes.add_and_should_log() {
            tracing::warn!(command, "dropped a push for another account");
        }
    }

    pub(crate) fn read(&self) -> Counters {
        Counters {
            frames_received: self.frames_received.get(),
            frames_sent: self.frames_sent.get(),
            malformed_frames: self.malformed_frames.get(),
            malformed_bodies: self.malformed_bodies.get(),
            timeouts: self.timeouts.get(),
            overflowed_messages: self.overflowed_messages.get(),
            lost_notices: self.lost_notices.get(),
            repeats: self.repeats.get(),
            fetched_messages: self.fetched_messages.get(),
            skipped_messages: self.skipped_messages.get(),
            disconnects: self.disconnects.get(),
            stray_pushes: self.stray_pushes.get(),
        }
    }
}
