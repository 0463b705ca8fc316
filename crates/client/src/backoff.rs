//! Exponential backoff with jitter, so that many clients do not reconnect at the same moment. protocol/01 §4.5.

use std::time::Duration;

/// Computes the waits between tries.
#[derive(Debug, Clone)]
pub(crate) struct BackOff {
    least: Duration,
    most: Duration,
    failures: u32,
}

impl BackOff {
    /// Backoff whose full wait doubles from `least` up to `most`.
    pub(crate) const fn new(least: Duration, most: Duration) -> Self {
        Self {
            least,
            most,
            failures: 0,
        }
    }

    /// Counts a failure and returns the wait before the next try. `jitter` is a random number from 0 to 1, drawn by the
    /// caller: it places the wait between half of its full length and the full length.
    pub(crate) fn failed(&mut self, jitter: f64) -> Duration {
        let doubled = self
            .least
            .saturating_mul(2_u32.saturating_pow(self.failures.min(20)));
        self.failures = self.failures.saturating_add(1);
        let full = doubled.min(self.most);
        full.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
    }

    /// Forgets failures after this time online: one for each twelfth of the longest wait, by default 5 s. So a network that
    /// breaks every few seconds causes short waits, and a server that ends each session at once causes long ones.
    pub(crate) fn recover(&mut self, online: Duration) {
        let forgotten = online.as_nanos() / (self.most.as_nanos() / 12).max(1);
        let forgotten = u32::try_from(forgotten).unwrap_or(u32::MAX);
        self.failures = self.failures.saturating_sub(forgotten);
    }

    /// Number of failures in a row.
    pub(crate) const fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_doubles_up_to_the_maximum() {
        let mut backoff = BackOff::new(Duration::from_millis(500), Duration::from_secs(3));
        let waits: Vec<_> = (0..5).map(|_| backoff.failed(1.0).as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 3000, 3000]);
        assert_eq!(backoff.failures(), 5);
        for _ in 0..100 {
            assert!(backoff.failed(0.5) <= Duration::from_secs(3));
        }
    }

    #[test]
    fn time_online_forgets_failures() {
        let mut backoff = BackOff::new(Duration::from_millis(500), Duration::from_secs(60));
        for _ in 0..9 {
            backoff.failed(1.0);
        }
        backoff.recover(Duration::from_millis(4_999));
        assert_eq!(backoff.failures(), 9, "a short session forgets none");
        backoff.recover(Duration::from_secs(11));
        assert_eq!(backoff.failures(), 7);
        backoff.recover(Duration::from_secs(3_600));
        assert_eq!(backoff.failed(0.0).as_millis(), 250);
    }
}
