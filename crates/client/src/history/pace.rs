//! The pause between two pages of history of one conversation. protocol/02 §6.5

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use nekonap_ids::Conversation;
use tokio::time::{Instant, sleep_until};

/// Number of conversations beyond which those whose pause is over are forgotten.
const CONVERSATIONS: usize = 256;

/// When the next page of each conversation may be requested; one that is not listed may be requested at once.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<HashMap<Conversation, Instant>>);

impl Pace {
    /// Waits until at least `interval` after the previous page of this conversation. Cancel safe; a cancelled wait still
    /// delays the next page.
    pub(crate) async fn wait(&self, conversation: Conversation, interval: Duration) {
        let now = Instant::now();
        let start = {
            let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if next.len() >= CONVERSATIONS {
                next.retain(|_, next| *next > now);
            }
            let next = next.entry(conversation.counted_in()).or_insert(now);
            let start = now.max(*next);
            *next = start + interval;
            start
        };
        if start > now {
            sleep_until(start).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(number: u64) -> Conversation {
        format!("group:{number}").parse().expect("a conversation")
    }

    #[tokio::test(start_paused = true)]
    async fn pages_of_a_conversation_keep_the_interval_and_others_do_not_wait() {
        let pace = Pace::default();
        let interval = Duration::from_millis(300);
        let begin = Instant::now();
        pace.wait(group(1), interval).await;
        pace.wait(group(2), interval).await;
        assert_eq!(begin.elapsed(), Duration::ZERO);
        pace.wait(group(1), interval).await;
        assert_eq!(begin.elapsed(), interval);
        tokio::join!(pace.wait(group(1), interval), pace.wait(group(1), interval));
        assert_eq!(begin.elapsed(), interval * 3);
    }

    #[tokio::test(start_paused = true)]
    async fn conversations_whose_pause_is_over_are_forgotten() {
        let pace = Pace::default();
        for number in 1..=256 {
            pace.wait(group(number), Duration::from_secs(1)).await;
        }
        tokio::time::advance(Duration::from_secs(2)).await;
        pace.wait(group(1_000), Duration::from_secs(1)).await;
        assert_eq!(pace.0.lock().expect("not poisoned").len(), 1);
    }
}
