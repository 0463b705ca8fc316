//! Counts calls by action and result, and measures how long they take (api/transports §17).

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use nekonap_onebot::Code;

/// Upper bounds of the buckets of call durations, seconds. Calls that take longer are only in the total.
pub const CALL_BUCKETS: [f64; 8] = [0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0];

/// Name under which calls of unknown actions are counted, so that a caller cannot add names.
const UNKNOWN: &str = "unknown";

/// The calls of one action since the start of the bot.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionCalls {
    /// Name of the action; `unknown` for all names that are not an action.
    pub action: &'static str,
    /// How many calls had each result: `None` is a success, otherwise the code of the failure.
    pub results: Vec<(Option<Code>, u64)>,
    /// How many calls took at most the time of the same place in [`CALL_BUCKETS`], and longer than the one before.
    pub buckets: [u64; CALL_BUCKETS.len()],
    /// Total duration of all calls.
    pub duration: Duration,
}

/// The calls of all actions.
pub(crate) struct CallCounts(Vec<Mutex<ActionCalls>>);

impl CallCounts {
    /// Counts for these actions, and for unknown ones.
    pub(crate) fn new(actions: impl Iterator<Item = &'static str>) -> Self {
        let counts = actions.chain([UNKNOWN]).map(|action| {
            Mutex::new(ActionCalls {
                action,
                results: Vec::new(),
                buckets: [0; _],
                duration: Duration::ZERO,
            })
        });
        Self(counts.collect())
    }

    /// Counts one call of the action with this index; `None` is an unknown action.
    pub(crate) fn add(&self, action: Option<usize>, code: Option<Code>, duration: Duration) {
        let index = action.unwrap_or(self.0.len() - 1);
        let Some(calls) = self.0.get(index) else {
            return;
        };
        let mut calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
        match calls.results.iter_mut().find(|(known, _)| *known == code) {
            Some((_, count)) => *count += 1,
            None => calls.results.push((code, 1)),
        }
        let seconds = duration.as_secs_f64();
        if let Some(bucket) = CALL_BUCKETS.iter().position(|bound| seconds <= *bound) {
            calls.buckets[bucket] += 1;
        }
        calls.duration += duration;
    }

    /// The actions that were called.
    pub(crate) fn read(&self) -> Vec<ActionCalls> {
        let counts = self.0.iter().map(|calls| {
            let calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
            calls.clone()
        });
        counts.filter(|calls| !calls.results.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_action_and_result() {
        let counts = CallCounts::new(["a", "b"].into_iter());
        counts.add(Some(1), None, Duration::from_millis(1));
        counts.add(Some(1), Some(Code::Muted), Duration::from_millis(21));
        counts.add(Some(1), None, Duration::from_secs(90));
        counts.add(None, Some(Code::ApiNotFound), Duration::ZERO);
        let read = counts.read();
        assert_eq!(read.len(), 2, "only what was called: {read:?}");
        assert_eq!((read[0].action, read[1].action), ("b", "unknown"));
        assert_eq!(read[0].results, [(None, 2), (Some(Code::Muted), 1)]);
        assert_eq!(read[0].buckets, [1, 0, 0, 1, 0, 0, 0, 0]);
        assert_eq!(read[0].duration, Duration::from_millis(90_022));
    }
}
