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

/// The times of the next messages to each conversation.
#[derive(Debug, Default)]
pub(crate) struct Pacing(Mutex<HashMap<Conversation, Instant>>);

impl Pacing {
    /// Waits until the next message to the conversation may be sent, which is `interval` after the last one; zero turns pacing
    /// off. The caller holds the conversation's ticket, so that messages keep their order.
    pub(crate) async fn turn(&self, conversation: Conversation, interval: Duration) {
        if !interval.is_zero() {
            sleep_until(self.reserve(conversation, interval, Instant::now())).await;
        }
    }

    /// Reserves the next turn, and returns when it is. A temporary chat shares the turns of the private chat.
    fn reserve(&self, conversation: Conversation, interval: Duration, now: Instant) -> Instant {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if next.len() >= PRUNE_FROM {
            next.retain(|_, turn| *turn > now);
        }
        let conversation = conversation.counted_in();
        let turn = next.get(&conversation).map_or(now, |turn| (*turn).max(now));
        next.insert(conversation, turn + interval);
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
        let pacing = Pacing::default();
        let start = Instant::now();
        let turns = [1, 1, 2, 1].map(|number| pacing.reserve(group(number), second, start));
        assert_eq!(turns, [start, start + second, start, start + 2 * second]);
        let later = start + 10 * second;
        let turns = [1, 1].map(|number| pacing.reserve(group(number), second, later));
        assert_eq!(turns, [later, later + second]);
    }

    #[test]
    fn number_of_stored_conversations_is_bounded() {
        let pacing = Pacing::default();
        let second = Duration::from_secs(1);
        let start = Instant::now();
        for number in 1..=PRUNE_FROM {
            pacing.reserve(group(number), second, start);
        }
        pacing.reserve(group(PRUNE_FROM + 1), second, start + second);
        assert_eq!(pacing.0.lock().expect("not poisoned").len(), 1);
    }
}
