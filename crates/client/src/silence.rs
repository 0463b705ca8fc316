//! Notices a server that sends nothing any more although the TCP connection is still open. protocol/01 §4.3.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// A connection counts as lost after this many heartbeat periods in a row without a received byte.
pub(crate) const SILENT_PERIODS: u32 = 2;

/// Whether bytes were received since the last check.
#[derive(Debug, Default)]
pub(crate) struct Silence(AtomicBool);

impl Silence {
    /// Records that bytes were received.
    pub(crate) fn broken(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Waits until nothing was received for [`SILENT_PERIODS`]. Periods are counted, not measured: when the whole process
    /// was stopped for a while, the reader gets one more period to read what has arrived meanwhile.
    pub(crate) async fn lasts(&self, period: Duration) {
        let mut ticks = ticks(period);
        let mut silent = 0;
        while silent < SILENT_PERIODS {
            ticks.tick().await;
            silent = if self.0.swap(false, Ordering::Relaxed) {
                0
            } else {
                silent + 1
            };
        }
    }
}

/// Ticks once each `period`, the first time after one period.
pub(crate) fn ticks(period: Duration) -> Interval {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{advance, timeout};

    const PERIOD: Duration = Duration::from_secs(15);

    #[tokio::test(start_paused = true)]
    async fn silence_lasts_after_two_periods_without_a_byte() {
        let start = Instant::now();
        Silence::default().lasts(PERIOD).await;
        assert_eq!(start.elapsed(), 2 * PERIOD);
    }

    #[tokio::test(start_paused = true)]
    async fn each_received_byte_begins_the_count_again() {
        let silence = Silence::default();
        let start = Instant::now();
        let lasts = silence.lasts(PERIOD);
        tokio::pin!(lasts);
        for _ in 0..10 {
            silence.broken();
            assert!(timeout(2 * PERIOD, &mut lasts).await.is_err());
        }
        lasts.await;
        assert_eq!(start.elapsed(), 21 * PERIOD);
    }

    #[tokio::test(start_paused = true)]
    async fn stopped_process_is_not_taken_for_a_silent_server() {
        let silence = Silence::default();
        let lasts = silence.lasts(PERIOD);
        tokio::pin!(lasts);
        silence.broken();
        assert!(timeout(PERIOD, &mut lasts).await.is_err());
        advance(100 * PERIOD).await;
        assert!(timeout(PERIOD / 2, &mut lasts).await.is_err());
        silence.broken();
        assert!(timeout(PERIOD, &mut lasts).await.is_err());
    }
}
