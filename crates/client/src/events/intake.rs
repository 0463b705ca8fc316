//! The door through which pushes come in. The reader of the wire is on its other side and never waits: what does not
//! fit is marked for fetching when it is a message, and counted when it is a notice.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use nekonap_ids::{Conversation, Sequence, Uin};
use nekonap_wire::commands::session::{CONFIG_PUSH, INFO_SYNC_PUSH, MSG_PUSH, PUSH_PARAMS};
use tokio::sync::{Notify, mpsc};

use super::decode;
use crate::counters::Count;

/// How many undecoded pushes may wait for the resolver.
const WAITING_PUSHES: usize = 1_024;

/// An undecoded push, and the number of the connection that brought it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) connection: u64,
    pub(crate) body: Bytes,
}

/// The reader's side.
#[derive(Clone)]
pub(crate) struct Intake {
    queue: mpsc::Sender<Taken>,
    connection: u64,
    /// How many pushes were queued ever. One connection is read at a time, so that nobody else counts meanwhile.
    queued: Arc<AtomicU64>,
    overtaken: Arc<Overtaken>,
    count: Arc<Count>,
}

/// Messages that did not fit, by the place in the queue where they would have been.
#[derive(Default)]
pub(crate) struct Overtaken {
    /// Behind how many pushes, in which conversation, from which message on. Few: a place is taken off once the
    /// resolver is there, and the queue in front of it is bounded.
    places: Mutex<VecDeque<(u64, Conversation, Sequence)>>,
    some: Notify,
}

impl Overtaken {
    fn places(&self) -> MutexGuard<'_, VecDeque<(u64, Conversation, Sequence)>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mark(&self, behind: u64, conversation: Conversation, sequence: Sequence) {
        let mut places = self.places();
        let here = places.iter_mut().rev().take_while(|(at, ..)| *at == behind);
        match here
            .into_iter()
            .find(|(_, marked, _)| *marked == conversation)
        {
            Some((_, _, first)) => *first = sequence.min(*first),
            None => places.push_back((behind, conversation, sequence)),
        }
        drop(places);
        self.some.notify_one();
    }

    /// Waits until something is marked.
    pub(crate) async fn marked(&self) {
        self.some.notified().await;
    }

    /// What is missing now that so many pushes have been taken out of the queue.
    pub(crate) fn due(&self, taken: u64) -> Vec<(Conversation, Sequence)> {
        let mut places = self.places();
        let due = places
            .iter()
            .take_while(|(behind, ..)| *behind <= taken)
            .count();
        places
            .drain(..due)
            .map(|(_, conversation, first)| (conversation, first))
            .collect()
    }
}

/// A door, and the resolver's side of it.
pub(crate) fn intake(count: Arc<Count>) -> (Intake, mpsc::Receiver<Taken>, Arc<Overtaken>) {
    let (queue, taken) = mpsc::channel(WAITING_PUSHES);
    let overtaken = Arc::new(Overtaken::default());
    let intake = Intake {
        queue,
        connection: 0,
        queued: Arc::default(),
        overtaken: overtaken.clone(),
        count,
    };
    (intake, taken, overtaken)
}

impl Intake {
    /// The same door for the connection of this number.
    pub(crate) fn of(&self, connection: u64) -> Self {
        Self {
            connection,
            ..self.clone()
        }
    }

    /// Takes a push to `me` in, without waiting.
    pub(crate) fn take(&self, command: &str, body: Bytes, me: Option<Uin>) {
        match command {
            MSG_PUSH => {}
            // What is to be caught up with is asked for anyway, conversation by conversation.
            INFO_SYNC_PUSH | PUSH_PARAMS | CONFIG_PUSH => return,
            _ => {
                tracing::debug!(command, "a push of no use, or an answer that came too late");
                return;
            }
        }
        let taken = Taken {
            connection: self.connection,
            body,
        };
        let body = match self.queue.try_send(taken) {
            Ok(()) => {
                self.queued.fetch_add(1, Ordering::AcqRel);
                return;
            }
            Err(mpsc::error::TrySendError::Full(Taken { body, .. })) => body,
            Err(mpsc::error::TrySendError::Closed(_)) => return,
        };
        if let Some((conversation, sequence)) = decode::conversation(&body, me) {
            if self.count.overtaken_messages.burst() {
                tracing::warn!(%conversation, "events are not taken fast enough: messages will be fetched from history");
            }
            let behind = self.queued.load(Ordering::Acquire);
            self.overtaken.mark(behind, conversation, sequence);
        } else if self.count.lost_notices.burst() {
            tracing::warn!("events are not taken fast enough: notices are lost");
        }
    }
}

#[cfg(test)]
mod tests {
    use nekonap_ids::GroupUin;
    use nekonap_wire::{
        message::{Element, Message, Party, Place, Role, SenderNames, Text},
        push::{Envelope, Push},
    };

    use super::*;

    fn pushed(group: u64, sequence: u64) -> Bytes {
        let message = Message {
            place: Place::Group {
                group: GroupUin::new(group).expect("a group"),
                group_name: String::new(),
                card: String::new(),
                card_is_card: false,
                role: Some(Role::Member),
            },
            from: Party {
                uin: Uin::new(10002).ok(),
                uid: None,
            },
            names: SenderNames::default(),
            to: Party::default(),
            sequence: Sequence::new(sequence),
            client_sequence: 0,
            random: 1,
            time: 1,
            elements: vec![Element::Text(Text::new("hi"))],
        };
        Push::Message(Box::new(message))
            .encode(&Envelope::default())
            .into()
    }

    #[tokio::test]
    async fn what_does_not_fit_is_marked_by_its_first_message_and_notices_are_counted() {
        let count = Arc::<Count>::default();
        let (intake, mut taken, overtaken) = intake(count.clone());
        for sequence in 1..=1_024 {
            intake.take(MSG_PUSH, pushed(1, sequence), None);
        }
        intake.take(MSG_PUSH, pushed(1, 1_026), None);
        intake.take(MSG_PUSH, pushed(1, 1_025), None);
        intake.take(MSG_PUSH, pushed(2, 7), None);
        intake.take(MSG_PUSH, Bytes::from_static(b"\xff"), None);
        intake.take(PUSH_PARAMS, Bytes::new(), None);
        let group = |number| Conversation::Group(GroupUin::new(number).expect("a group"));
        overtaken.marked().await;
        assert_eq!(
            overtaken.due(1_023),
            [],
            "what is in front of them comes first"
        );
        let marked = overtaken.due(1_024);
        let at = Sequence::new;
        assert_eq!(marked, [(group(1), at(1_025)), (group(2), at(7))]);
        assert_eq!(overtaken.due(u64::MAX), [], "once");
        assert_eq!(count.read().overtaken_messages, 3);
        assert_eq!(count.read().lost_notices, 1);
        let first = taken.recv().await.expect("a push");
        assert_eq!(first.body, pushed(1, 1), "the first is first");
    }
}
