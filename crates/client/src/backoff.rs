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

    /// Resets the backoff.
    pub(crate) const fn succeeded(&mut self) {
        self.failures = 0;
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
    fn wait_doubles_up_to_the_maximum_and_resets_on_success() {
        let mut backoff = BackOff::new(Duration::from_millis(500), Duration::from_secs(3));
        let waits: Vec<_> = (0..5).map(|_| backoff.failed(1.0).as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 3000, 3000]);
        assert_eq!(backoff.failures(), 5);
        backoff.succeeded();
        assert_eq!(backoff.failed(0.0).as_millis(), 250);
        for _ in 0..100 {
            assert!(backoff.failed(0.5) <= Duration::from_secs(3));
        }
    }
}
