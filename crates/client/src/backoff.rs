//! How long to wait before the next try: exponential, with jitter, so that a thousand clients whose server came back do
//! not return in one instant. protocol/01 §4.5.

use std::time::Duration;

/// The waits between tries. The first try after a success is made at once.
#[derive(Debug, Clone)]
pub(crate) struct BackOff {
    least: Duration,
    most: Duration,
    failures: u32,
}

impl BackOff {
    /// Waits from `least` up to `most`.
    pub(crate) const fn new(least: Duration, most: Duration) -> Self {
        Self {
            least,
            most,
            failures: 0,
        }
    }

    /// How long to wait before the try that follows one more failure. `jitter` is drawn by the caller from 0 to 1; it
    /// places the wait between half of its full length and the whole.
    pub(crate) fn failed(&mut self, jitter: f64) -> Duration {
        let doubled = self
            .least
            .saturating_mul(2_u32.saturating_pow(self.failures.min(20)));
        self.failures = self.failures.saturating_add(1);
        let full = doubled.min(self.most);
        full.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
    }

    /// Starts over: something worked.
    pub(crate) const fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// How many failures there were in a row.
    pub(crate) const fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_the_most_and_starts_over() {
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
