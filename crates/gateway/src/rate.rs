//! The rate limit of an entry: its calls are delayed, never refused (api/transports §9).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How many calls an entry runs. More calls wait for their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Time of one call, on average: 1 ms to one hour.
    pub interval: Duration,
    /// How many calls may start at once after a pause, 1 to 10,000.
    pub bucket: u32,
}

/// Delays the calls of an entry.
#[derive(Debug)]
pub(crate) struct RateLimit {
    interval: Duration,
    /// How far ahead of the rate calls may be.
    ahead: Duration,
    /// When the next call is due at the configured rate.
    due: Mutex<Instant>,
}

impl Rate {
    /// Whether both values are within their ranges.
    pub fn is_valid(self) -> bool {
        (Duration::from_millis(1)..=Duration::from_hours(1)).contains(&self.interval)
            && (1..=10_000).contains(&self.bucket)
    }
}

impl RateLimit {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            interval: rate.interval,
            ahead: rate.interval * (rate.bucket - 1),
            due: Mutex::new(Instant::now()),
        }
    }

    /// Waits for a call's turn. Turns have the order of the calls of this function.
    pub(crate) async fn turn(&self) {
        sleep_until(self.reserve(Instant::now())).await;
    }

    /// Reserves the next turn, and returns when it is.
    fn reserve(&self, now: Instant) -> Instant {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let this = (*due).max(now);
        *due = this + self.interval;
        // A bucket that was full at `now` allows calls that are due up to `ahead` later.
        this.checked_sub(self.ahead).unwrap_or(now).max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_starts_at_once_and_the_rest_follow_at_the_rate() {
        let limit = RateLimit::new(Rate {
            interval: Duration::from_millis(500),
            bucket: 3,
        });
        let start = Instant::now() + Duration::from_secs(9);
        let delays = |now| [(); 5].map(|()| (limit.reserve(now) - now).as_millis());
        assert_eq!(delays(start), [0, 0, 0, 500, 1_000]);
        // Two seconds later, the bucket holds two more.
        let later = start + Duration::from_secs(2);
        assert_eq!(delays(later), [0, 0, 500, 1_000, 1_500]);
    }

    #[test]
    fn rate_has_a_range() {
        for (milliseconds, bucket, valid) in [
            (1, 1, true),
            (3_600_000, 10_000, true),
            (0, 1, false),
            (3_600_001, 1, false),
            (500, 0, false),
            (500, 10_001, false),
        ] {
            let interval = Duration::from_millis(milliseconds);
            let rate = Rate { interval, bucket };
            assert_eq!(rate.is_valid(), valid, "{rate:?}");
        }
    }
}
