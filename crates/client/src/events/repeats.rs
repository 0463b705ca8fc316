//! Detection of repeats: the server may push an event twice, and history overlaps with pushes. protocol/05 §10.2

use std::{
    collections::{HashMap, HashSet, VecDeque},
    hash::Hash,
    time::{Duration, Instant},
};

/// Capacity of each set, far more than the overlap after a reconnect.
const CAPACITY: usize = 8_192;

/// A set of limited size that drops its oldest entries.
#[derive(Debug)]
pub(crate) struct Seen<T> {
    set: HashSet<T>,
    order: VecDeque<T>,
}

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Self {
            set: HashSet::new(),
            order: VecDeque::new(),
        }
    }
}

impl<T: Copy + Eq + Hash> Seen<T> {
    /// Adds an entry. Returns whether it is new.
    pub(crate) fn insert(&mut self, entry: T) -> bool {
        if !self.set.insert(entry) {
            return false;
        }
        self.order.push_back(entry);
        if self.order.len() > CAPACITY
            && let Some(oldest) = self.order.pop_front()
        {
            self.set.remove(&oldest);
        }
        true
    }
}

/// What was reported within some time. An entry that is repeated within that time counts from its last occurrence.
#[derive(Debug)]
pub(crate) struct Recent<T> {
    window: Duration,
    reported: HashMap<T, Instant>,
}

impl<T: Eq + Hash> Recent<T> {
    pub(crate) fn new(window: Duration) -> Self {
        Self {
            window,
            reported: HashMap::new(),
        }
    }

    /// Adds an entry. Returns whether it is new.
    pub(crate) fn insert(&mut self, entry: T) -> bool {
        let now = Instant::now();
        self.reported
            .retain(|_, reported| now.duration_since(*reported) < self.window);
        if self.reported.len() >= CAPACITY {
            self.reported.clear();
        }
        self.reported.insert(entry, now).is_none()
    }

    pub(crate) fn remove(&mut self, entry: &T) {
        self.reported.remove(entry);
    }

    pub(crate) fn clear(&mut self) {
        self.reported.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_are_detected_until_the_capacity_is_exceeded() {
        let mut seen = Seen::default();
        assert!(seen.insert(0));
        assert!(!seen.insert(0));
        for number in 1..=CAPACITY {
            assert!(seen.insert(number));
        }
        assert!(seen.insert(0), "the oldest entry is dropped");
        assert_eq!(seen.set.len(), CAPACITY);
    }

    #[test]
    fn entry_is_new_again_after_its_time_or_its_removal() {
        let mut recent = Recent::new(Duration::from_secs(3_600));
        assert!(recent.insert("join"));
        assert!(!recent.insert("join"));
        recent.remove(&"join");
        assert!(recent.insert("join"));
        let mut short = Recent::new(Duration::ZERO);
        assert!(short.insert("join"));
        assert!(short.insert("join"));
    }
}
