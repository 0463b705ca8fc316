//! Tickets keep the operations of one conversation in the order in which they started.
//!
//! Draw a ticket before the first await. Do slow work (media, lookups, a signature) while earlier tickets are pending;
//! [`Ticket::reached`] resolves when every earlier ticket of the conversation is dropped. A ticket dropped early is
//! skipped, so a failed operation does not block later ones.

use std::{
    collections::{HashMap, VecDeque},
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
    task::{Poll, Waker},
};

use nekonap_ids::Conversation;

/// A FIFO queue of tickets for each conversation. Clones share the queues. Independent kinds of operations use separate
/// `Tickets`: the sends of this library and, in the endpoint, the calls that send, the reports of sent messages, and the
/// events.
///
/// A queue exists only while it has tickets, so the number of queues is bounded by the number of held tickets.
#[derive(Debug, Clone, Default)]
pub struct Tickets(Arc<Mutex<HashMap<Conversation, Queue>>>);

/// The open tickets of one conversation, in order.
#[derive(Debug, Default)]
struct Queue {
    /// Number of the ticket at the front.
    front: u64,
    /// One entry for each ticket, from the front on.
    states: VecDeque<TicketState>,
}

/// State of one ticket.
#[derive(Debug)]
enum TicketState {
    /// Held; with the waker of the task that waits for its turn.
    Held(Option<Waker>),
    /// Dropped before its turn.
    Dropped,
}

/// A state in the queue of one conversation. Dropping it lets the next ticket proceed.
#[derive(Debug)]
#[must_use = "a dropped ticket loses its state"]
pub struct Ticket {
    tickets: Tickets,
    conversation: Conversation,
    number: u64,
}

impl Tickets {
    /// Draws the next ticket of a conversation. A temporary chat shares the queue of the private chat.
    pub fn draw(&self, conversation: Conversation) -> Ticket {
        let conversation = conversation.counted_in();
        let mut queues = self.queues();
        let queue = queues.entry(conversation).or_default();
        let number = queue.front + queue.states.len() as u64;
        queue.states.push_back(TicketState::Held(None));
        drop(queues);
        Ticket {
            tickets: self.clone(),
            conversation,
            number,
        }
    }

    /// Locks the queues. Ignores poisoning, because no panic can leave them half changed.
    fn queues(&self) -> std::sync::MutexGuard<'_, HashMap<Conversation, Queue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    /// Waits until every earlier ticket of the conversation is dropped. Cancel safe.
    pub async fn reached(&self) {
        poll_fn(|cx| {
            let mut queues = self.tickets.queues();
            let Some(queue) = queues.get_mut(&self.conversation) else {
                return Poll::Ready(());
            };
            if queue.front == self.number {
                return Poll::Ready(());
            }
            let state = usize::try_from(self.number - queue.front)
                .ok()
                .and_then(|index| queue.states.get_mut(index));
            if let Some(state) = state {
                *state = TicketState::Held(Some(cx.waker().clone()));
            }
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut queues = self.tickets.queues();
        let Some(queue) = queues.get_mut(&self.conversation) else {
            return;
        };
        if let Some(state) = usize::try_from(self.number - queue.front)
            .ok()
            .and_then(|index| queue.states.get_mut(index))
        {
            *state = TicketState::Dropped;
        }
        while matches!(queue.states.front(), Some(TicketState::Dropped)) {
            queue.states.pop_front();
            queue.front += 1;
        }
        let next = match queue.states.front_mut() {
            Some(TicketState::Held(waker)) => waker.take(),
            _ => None,
        };
        if queue.states.is_empty() {
            queues.remove(&self.conversation);
        }
        drop(queues);
        if let Some(waker) = next {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::Context;

    use super::*;

    fn group(number: u64) -> Conversation {
        format!("group:{number}").parse().expect("a conversation")
    }

    fn is_reached(ticket: &Ticket) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        pin!(ticket.reached()).poll(&mut context).is_ready()
    }

    #[test]
    fn tickets_are_reached_in_the_order_of_drawing() {
        let tickets = Tickets::default();
        let first = tickets.draw(group(1));
        let second = tickets.draw(group(1));
        assert!(is_reached(&first));
        assert!(!is_reached(&second));
        drop(first);
        assert!(is_reached(&second));
    }

    #[test]
    fn ticket_dropped_while_waiting_is_skipped() {
        let tickets = Tickets::default();
        let first = tickets.draw(group(1));
        let second = tickets.draw(group(1));
        let third = tickets.draw(group(1));
        drop(second);
        assert!(!is_reached(&third), "the first is still held");
        drop(first);
        assert!(is_reached(&third));
    }

    #[test]
    fn conversations_do_not_block_each_other() {
        let tickets = Tickets::default();
        let slow = tickets.draw(group(1));
        let other = tickets.draw(group(2));
        assert!(is_reached(&other));
        drop((slow, other));
        assert!(tickets.queues().is_empty(), "empty queues are removed");
    }

    #[test]
    fn temporary_chat_shares_the_queue_of_the_private_chat() {
        let tickets = Tickets::default();
        let temporary = tickets.draw("temporary:20001:10004".parse().expect("a conversation"));
        let private = tickets.draw("friend:10004".parse().expect("a conversation"));
        assert!(!is_reached(&private));
        drop(temporary);
        assert!(is_reached(&private));
    }

    #[tokio::test]
    async fn waiting_tickets_are_woken_in_order() {
        let tickets = Tickets::default();
        let (sender, mut receiver) = tokio::sync::mpsc::channel(16);
        let gate = tickets.draw(group(1));
        let mut tasks = Vec::new();
        for number in 0..8 {
            let ticket = tickets.draw(group(1));
            let sender = sender.clone();
            tasks.push(tokio::spawn(async move {
                ticket.reached().await;
                sender.send(number).await.expect("the receiver is there");
            }));
        }
        // No task proceeds before the first ticket is dropped.
        tokio::task::yield_now().await;
        assert!(receiver.try_recv().is_err());
        drop(gate);
        for number in 0..8 {
            assert_eq!(receiver.recv().await, Some(number));
        }
        for task in tasks {
            task.await.expect("the task ends");
        }
    }
}
