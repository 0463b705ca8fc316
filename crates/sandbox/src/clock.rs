//! The world's clock: the system time plus an offset that only grows.

use std::time::{SystemTime, UNIX_EPOCH};

/// Maximum offset from the system time, in seconds: a hundred years. Times on the wire have 32 bits.
pub(crate) const MAX_AHEAD: u64 = 100 * 366 * 86_400;

/// The world's clock. Its offset from the system time never decreases.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clock {
    ahead: u64,
}

impl Clock {
    /// A clock with this offset, in seconds.
    pub(crate) const fn ahead(seconds: u64) -> Self {
        Self { ahead: seconds }
    }

    /// The offset from the system time, in seconds.
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

    /// Adds seconds to the offset, up to [`MAX_AHEAD`].
    pub(crate) fn advance(&mut self, seconds: u64) {
        self.ahead = self.ahead.saturating_add(seconds).min(MAX_AHEAD);
    }
}

/// The day of a time in Unix seconds, counted from 1970. Days begin at midnight of UTC+8.
pub(crate) const fn day(time: u64) -> u64 {
    const OFFSET: u64 = 8 * 3_600;
    (time + OFFSET) / 86_400
}

/// Converts seconds to the 32 bits of most wire fields; larger values become `u32::MAX`.
pub(crate) fn seconds32(time: u64) -> u32 {
    u32::try_from(time).unwrap_or(u32::MAX)
}
