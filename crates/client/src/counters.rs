//! What went wrong without anybody being told: counted, and logged once a burst.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};
use std::time::{Duration, Instant};

use nekonap_wire::frame::FrameError;

/// One line of the log for each kind of trouble in this time.
const BURST: Duration = Duration::from_secs(60);

/// What a client has counted since it was started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Frames that came, well formed.
    pub frames_received: u64,
    /// Frames that were queued for the socket.
    pub frames_sent: u64,
    /// Frames that did not decode.
    pub malformed_frames: u64,
    /// Replies and pushes that did not decode.
    pub malformed_bodies: u64,
    /// Requests that no answer came for.
    pub timeouts: u64,
    /// Messages that could not be taken in time; they are fetched from history.
    pub overtaken_messages: u64,
    /// Notices that could not be taken in time, or be read; they are lost.
    pub lost_notices: u64,
    /// Pushes that had been seen before.
    pub repeats: u64,
    /// Messages that were fetched from history after a cut.
    pub fetched_messages: u64,
    /// Sequences that were not fetched after a cut because too many were missing: as many messages, or fewer, were
    /// missed for good.
    pub skipped_messages: u64,
    /// Connections that were lost.
    pub disconnects: u64,
    /// Pushes that were addressed to another account.
    pub stray_pushes: u64,
}

/// The live counters.
#[derive(Debug, Default)]
pub(crate) struct Count {
    pub(crate) frames_received: Kind,
    pub(crate) frames_sent: Kind,
    malformed_frames: Kind,
    malformed_bodies: Kind,
    timeouts: Kind,
    pub(crate) overtaken_messages: Kind,
    pub(crate) lost_notices: Kind,
    pub(crate) repeats: Kind,
    pub(crate) fetched_messages: Kind,
    pub(crate) skipped_messages: Kind,
    pub(crate) disconnects: Kind,
    stray_pushes: Kind,
}

#[derive(Debug, Default)]
pub(crate) struct Kind {
    count: AtomicU64,
    logged: Mutex<Option<Instant>>,
}

impl Kind {
    pub(crate) fn add(&self, more: u64) {
        self.count.fetch_add(more, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Counts one, and says whether it is to be logged: not if one of its kind was within the last minute.
    pub(crate) fn burst(&self) -> bool {
        self.add(1);
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let first = logged.is_none_or(|then| now.duration_since(then) > BURST);
        if first {
            *logged = Some(now);
        }
        first
    }
}

impl Count {
    pub(crate) fn malformed(&self, error: &FrameError) {
        if self.malformed_frames.burst() {
            tracing::warn!(%error, total = self.malformed_frames.get(), "a frame does not decode");
        }
    }

    pub(crate) fn malformed_reply(&self, command: &str, why: &str) {
        if self.malformed_bodies.burst() {
            tracing::warn!(command, why, "a body does not decode");
        }
    }

    pub(crate) fn timed_out(&self, command: &str) {
        if self.timeouts.burst() {
            tracing::warn!(command, "no answer in time");
        }
    }

    pub(crate) fn stray(&self, command: &str) {
        if self.stray_pushes.burst() {
            tracing::warn!(command, "a push for another account");
        }
    }

    pub(crate) fn read(&self) -> Counters {
        Counters {
            frames_received: self.frames_received.get(),
            frames_sent: self.frames_sent.get(),
            malformed_frames: self.malformed_frames.get(),
            malformed_bodies: self.malformed_bodies.get(),
            timeouts: self.timeouts.get(),
            overtaken_messages: self.overtaken_messages.get(),
            lost_notices: self.lost_notices.get(),
            repeats: self.repeats.get(),
            fetched_messages: self.fetched_messages.get(),
            skipped_messages: self.skipped_messages.get(),
            disconnects: self.disconnects.get(),
            stray_pushes: self.stray_pushes.get(),
        }
    }
}
