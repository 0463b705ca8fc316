//! What has been seen already: the server may push the same thing twice, and history overlaps what was pushed.
//! protocol/05 §10.2

use std::{
    collections::{HashSet, VecDeque},
    hash::Hash,
};

/// How much is remembered of each kind: a reconnect overlaps by far less.
const REMEMBERED: usize = 8_192;

/// A set that forgets the oldest.
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
    /// Remembers it; whether it is new.
    pub(crate) fn first(&mut self, thing: T) -> bool {
        if !self.set.insert(thing) {
            return false;
        }
        self.order.push_back(thing);
        if self.order.len() > REMEMBERED
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
    fn what_was_seen_is_known_until_much_else_was() {
        let mut seen = Seen::default();
        assert!(seen.first(0));
        assert!(!seen.first(0));
        for number in 1..=REMEMBERED {
            assert!(seen.first(number));
        }
        assert!(seen.first(0), "the oldest is forgotten");
        assert_eq!(seen.set.len(), REMEMBERED);
    }
}
