//! The world's clock: the machine's, plus an offset that only grows.

use std::time::{SystemTime, UNIX_EPOCH};

/// The farthest the clock can be ahead of the machine's, seconds: a hundred years. Times on the wire have 32 bits.
pub(crate) const MAX_AHEAD: u64 = 100 * 366 * 86_400;

/// The world's clock. It only goes forward.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clock {
    ahead: u64,
}

impl Clock {
    /// A clock that is this many seconds ahead.
    pub(crate) const fn ahead(seconds: u64) -> Self {
        Self { ahead: seconds }
    }

    /// How many seconds it is ahead.
    pub(crate) const fn get(self) -> u64 {
        self.ahead
    }

    /// Unix seconds.
    pub(crate) fn now(self) -> u64 {
        let machine = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_secs());
        machine + self.ahead
    }

    /// Moves it ahead by this many seconds.
    pub(crate) fn advance(&mut self, seconds: u64) {
        self.ahead = self.ahead.saturating_add(seconds).min(MAX_AHEAD);
    }
}

/// Seconds in the 32 bits that most of the wire has for them.
pub(crate) fn seconds32(time: u64) -> u32 {
    u32::try_from(time).unwrap_or(u32::MAX)
}
