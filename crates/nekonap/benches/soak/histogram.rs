//! A histogram of times with constant size.

use std::time::Duration;

/// Buckets per doubling: a quantile is at most 19 % too high.
const PER_DOUBLING: f64 = 4.0;
/// Number of buckets. The last one begins at 2^32 µs, more than an hour.
const BUCKETS: usize = 129;

/// Counts times in buckets that grow by a constant factor, from 1 µs.
pub(crate) struct Histogram([u64; BUCKETS]);

impl Default for Histogram {
    fn default() -> Self {
        Self([0; BUCKETS])
    }
}

impl Histogram {
    pub(crate) fn add(&mut self, time: Duration) {
        let microseconds = time.as_secs_f64() * 1e6;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small positive number"
        )]
        let bucket = (microseconds.max(1.0).log2() * PER_DOUBLING) as usize;
        self.0[bucket.min(BUCKETS - 1)] += 1;
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The time in milliseconds below which this share of all times is, rounded up to the end of its bucket; 0 if there are none.
    pub(crate) fn milliseconds(&self, share: f64) -> f64 {
        let all = self.count();
        #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let wanted = all as f64 * share;
        let mut below = 0;
        for (bucket, count) in (1_u32..).zip(self.0) {
            below += count;
            #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
            if count > 0 && below as f64 >= wanted {
                return (f64::from(bucket) / PER_DOUBLING).exp2() / 1_000.0;
            }
        }
        0.0
    }
}
