//! Detection of repeats: the server may push an event twice, and history overlaps with pushes. protocol/05 §10.2

use std::{
    collections::{HashSet, VecDeque},
    hash::Hash,
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
}
