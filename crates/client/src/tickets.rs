//! Tickets: what keeps things of one conversation in the order in which they began.
//!
//! A ticket is drawn before anything is awaited. What takes long (media, look-ups, a signature) is done while it waits;
//! [`Ticket::reached`] resolves once every earlier ticket of the conversation is gone. A ticket that is dropped, reached
//! or not, is passed over, so that what fails holds up nobody.

use std::{
    collections::{HashMap, VecDeque},
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
    task::{Poll, Waker},
};

use nekonap_ids::Conversation;

/// One order for each conversation. A clone is the same orders; what must not wait for each other has `Tickets` of its
/// own: the library's sends, and in the endpoint the calls that send, the reports of what was sent, and the events.
///
/// A line exists while it has tickets, so that the number of lines is bounded by that of the tasks that hold one.
///
/// Two things look alike and are not: the resolver of pushes queues the pushes themselves, because it looks into them and
/// puts gaps between them; the sandbox's world has one order for everything, the thread that owns it.
#[derive(Debug, Clone, Default)]
pub struct Tickets(Arc<Mutex<HashMap<Conversation, Line>>>);

/// The tickets of one conversation that are not over yet, the one whose turn it is first.
#[derive(Debug, Default)]
struct Line {
    /// The number of the ticket at the front.
    front: u64,
    /// One place a ticket, from the front on.
    places: VecDeque<Place>,
}

/// What is known of one ticket.
#[derive(Debug)]
enum Place {
    /// It is held; the waker of whoever waits for its turn.
    Held(Option<Waker>),
    /// It was dropped before its turn.
    Over,
}

/// A place in the line of one conversation.
#[derive(Debug)]
#[must_use = "a ticket that is dropped is passed over"]
pub struct Ticket {
    tickets: Tickets,
    conversation: Conversation,
    number: u64,
}

impl Tickets {
    /// Draws the next ticket of a conversation. A temporary chat stands in the line of the private one.
    pub fn draw(&self, conversation: Conversation) -> Ticket {
        let conversation = conversation.counted_in();
        let mut lines = self.lines();
        let line = lines.entry(conversation).or_default();
        let number = line.front + line.places.len() as u64;
        line.places.push_back(Place::Held(None));
        drop(lines);
        Ticket {
            tickets: self.clone(),
            conversation,
            number,
        }
    }

    /// The lines. A panic elsewhere cannot leave them half changed, so a poisoned lock is taken as it is.
    fn lines(&self) -> std::sync::MutexGuard<'_, HashMap<Conversation, Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    /// Waits until every earlier ticket of the conversation is gone.
    pub async fn reached(&self) {
        poll_fn(|cx| {
            let mut lines = self.tickets.lines();
            let Some(line) = lines.get_mut(&self.conversation) else {
                return Poll::Ready(());
            };
            if line.front == self.number {
                return Poll::Ready(());
            }
            let place = usize::try_from(self.number - line.front)
                .ok()
                .and_then(|index| line.places.get_mut(index));
            if let Some(place) = place {
                *place = Place::Held(Some(cx.waker().clone()));
            }
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut lines = self.tickets.lines();
        let Some(line) = lines.get_mut(&self.conversation) else {
            return;
        };
        if let Some(place) = usize::try_from(self.number - line.front)
            .ok()
            .and_then(|index| line.places.get_mut(index))
        {
            *place = Place::Over;
        }
        while matches!(line.places.front(), Some(Place::Over)) {
            line.places.pop_front();
            line.front += 1;
        }
        let next = match line.places.front_mut() {
            Some(Place::Held(waker)) => waker.take(),
            _ => None,
        };
        if line.places.is_empty() {
            lines.remove(&self.conversation);
        }
        drop(lines);
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
    fn tickets_come_up_in_the_order_they_were_drawn() {
        let tickets = Tickets::default();
        let first = tickets.draw(group(1));
        let second = tickets.draw(group(1));
        assert!(is_reached(&first));
        assert!(!is_reached(&second));
        drop(first);
        assert!(is_reached(&second));
    }

    #[test]
    fn a_ticket_dropped_while_waiting_is_passed_over() {
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
    fn conversations_do_not_hold_each_other_back() {
        let tickets = Tickets::default();
        let slow = tickets.draw(group(1));
        let other = tickets.draw(group(2));
        assert!(is_reached(&other));
        drop((slow, other));
        assert!(tickets.lines().is_empty(), "empty lines are removed");
    }

    #[test]
    fn a_temporary_chat_stands_in_the_private_line() {
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
        // The tasks were started in reverse interest: nothing moves until the gate is gone.
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
