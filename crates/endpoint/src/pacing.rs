//! Paces the messages to each conversation, if the configuration asks for it (api/transports §9).

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use nekonap_ids::Conversation;
use tokio::time::{Instant, sleep_until};

/// Number of stored conversations from which on those that need no waiting are removed.
const PRUNE_FROM: usize = 1_024;

/// The time between two messages to one conversation.
#[derive(Debug)]
pub(crate) struct Pacing {
    /// Zero turns pacing off.
    interval: Duration,
    /// When the next message to a conversation may be sent.
    next: Mutex<HashMap<Conversation, Instant>>,
}

impl Pacing {
    pub(crate) fn new(interval: Duration) -> Self {
        Self {
            interval,
            next: Mutex::default(),
        }
    }

    /// Waits until the next message to the conversation may be sent. The caller holds the conversation's ticket, so that
    /// messages keep their order.
    pub(crate) async fn turn(&self, conversation: Conversation) {
        if !self.interval.is_zero() {
            sleep_until(self.reserve(conversation, Instant::now())).await;
        }
    }

    /// Reserves the next turn, and returns when it is. A temporary chat shares the turns of the private chat.
    fn reserve(&self, conversation: Conversation, now: Instant) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if next.len() >= PRUNE_FROM {
            next.retain(|_, turn| *turn > now);
        }
        let conversation = conversation.counted_in();
        let turn = next.get(&conversation).map_or(now, |turn| (*turn).max(now));
        next.insert(conversation, turn + self.interval);
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(number: usize) -> Conversation {
        format!("group:{number}").parse().expect("a conversation")
    }

    #[test]
    fn messages_to_one_conversation_are_an_interval_apart() {
        let second = Duration::from_secs(1);
        let pacing = Pacing::new(second);
        let start = Instant::now();
        let turns = [1, 1, 2, 1].map(|number| pacing.reserve(group(number), start));
        assert_eq!(turns, [start, start + second, start, start + 2 * second]);
        let later = start + 10 * second;
        let turns = [1, 1].map(|number| pacing.reserve(group(number), later));
        assert_eq!(turns, [later, later + second]);
    }

    #[test]
    fn number_of_stored_conversations_is_bounded() {
        let pacing = Pacing::new(Duration::from_secs(1));
        let start = Instant::now();
        for number in 1..=PRUNE_FROM {
            pacing.reserve(group(number), start);
        }
        pacing.reserve(group(PRUNE_FROM + 1), start + Duration::from_secs(1));
        assert_eq!(pacing.next.lock().expect("not poisoned").len(), 1);
    }
}
