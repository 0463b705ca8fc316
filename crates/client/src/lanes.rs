//! One lane a conversation: what is sent there goes out in the order of the calls, and waits for nothing else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use nekonap_ids::Conversation;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The lanes that somebody is on. A lane goes when its last user does.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lanes(Arc<Mutex<HashMap<Conversation, Arc<Semaphore>>>>);

/// A place at the head of a lane; dropped, the next one moves up.
#[derive(Debug)]
pub(crate) struct Turn {
    lanes: Lanes,
    conversation: Conversation,
    lane: Option<(Arc<Semaphore>, Option<OwnedSemaphorePermit>)>,
}

impl Lanes {
    /// Waits for one's turn. First asked (polled), first served.
    pub(crate) async fn turn(&self, conversation: Conversation) -> Turn {
        let lane = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(conversation)
            .or_insert_with(|| Arc::new(Semaphore::new(1)))
            .clone();
        let mut turn = Turn {
            lanes: self.clone(),
            conversation,
            lane: Some((lane.clone(), None)),
        };
        // A lane's semaphore is never closed.
        if let (Ok(permit), Some((_, place))) = (lane.acquire_owned().await, &mut turn.lane) {
            *place = Some(permit);
        }
        turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut lanes = self.lanes.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((lane, permit)) = self.lane.take() else {
            return;
        };
        drop(permit);
        // The table's and this one: nobody else is on the lane, and nobody can join while the table is locked.
        if Arc::strong_count(&lane) == 2 {
            lanes.remove(&self.conversation);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, pin::pin, task::Poll};

    use nekonap_ids::Uin;

    use super::*;

    fn conversation(number: u64) -> Conversation {
        Conversation::Friend(Uin::new(number).expect("a uin"))
    }

    #[tokio::test]
    async fn first_asked_is_first_served_and_lanes_do_not_meet() {
        let lanes = Lanes::default();
        let head = lanes.turn(conversation(1)).await;
        let mut second = pin!(lanes.turn(conversation(1)));
        let mut third = pin!(lanes.turn(conversation(1)));
        poll_fn(|cx| {
            assert!(second.as_mut().poll(cx).is_pending());
            assert!(third.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        drop(lanes.turn(conversation(2)).await);
        drop(head);
        poll_fn(|cx| {
            assert!(
                third.as_mut().poll(cx).is_pending(),
                "not before the second"
            );
            Poll::Ready(())
        })
        .await;
        drop(second.await);
        drop(third.await);
        assert!(lanes.0.lock().expect("no panic").is_empty());
    }

    #[tokio::test]
    async fn who_gives_up_waiting_is_passed_over() {
        let lanes = Lanes::default();
        let head = lanes.turn(conversation(1)).await;
        {
            let mut gone = pin!(lanes.turn(conversation(1)));
            poll_fn(|cx| {
                assert!(gone.as_mut().poll(cx).is_pending());
                Poll::Ready(())
            })
            .await;
        }
        drop(head);
        drop(lanes.turn(conversation(1)).await);
        assert!(lanes.0.lock().expect("no panic").is_empty());
    }
}
