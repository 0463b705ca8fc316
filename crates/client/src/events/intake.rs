//! The door through which pushes come in. The reader of the wire is on its other side and never waits: what does not
//! fit is marked for fetching when it is a message, and counted when it is a notice.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
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
    overtaken: Arc<Overtaken>,
    count: Arc<Count>,
}

/// Conversations some of whose messages did not fit, and the first of those. As many as there are conversations: what
/// is marked is small, and an account has few thousand.
#[derive(Default)]
pub(crate) struct Overtaken {
    conversations: Mutex<HashMap<Conversation, Sequence>>,
    some: Notify,
}

impl Overtaken {
    fn mark(&self, conversation: Conversation, sequence: Sequence) {
        self.conversations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(conversation)
            .and_modify(|first| *first = sequence.min(*first))
            .or_insert(sequence);
        self.some.notify_one();
    }

    /// Waits until something is marked, and takes all that is.
    pub(crate) async fn take(&self) -> HashMap<Conversation, Sequence> {
        loop {
            let taken = std::mem::take(
                &mut *self
                    .conversations
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner),
            );
            if !taken.is_empty() {
                return taken;
            }
            self.some.notified().await;
        }
    }
}

/// A door, and the resolver's side of it.
pub(crate) fn intake(count: Arc<Count>) -> (Intake, mpsc::Receiver<Taken>, Arc<Overtaken>) {
    let (queue, taken) = mpsc::channel(WAITING_PUSHES);
    let overtaken = Arc::new(Overtaken::default());
    let intake = Intake {
        queue,
        connection: 0,
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
        let Err(mpsc::error::TrySendError::Full(Taken { body, .. })) = self.queue.try_send(taken)
        else {
            return;
        };
        if let Some((conversation, sequence)) = decode::conversation(&body, me) {
            if self.count.overtaken_messages.burst() {
                tracing::warn!(%conversation, "events are not taken fast enough: messages will be fetched from history");
            }
            self.overtaken.mark(conversation, sequence);
        } else if self.count.lost_notices.burst() {
            tracing::warn!("events are not taken fast enough: notices are lost");
        }
    }
}

#[cfg(test)]
mod tests {
    use nekonap_ids::GroupUin;
    use nekonap_wire::{
        message::{Element, Message, Party, Place, Role, Text},
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
                role: Role::Member,
            },
            from: Party {
                uin: Uin::new(10002).ok(),
                uid: None,
            },
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
        let marked = overtaken.take().await;
        assert_eq!(marked.len(), 2);
        assert_eq!(marked[&group(1)], Sequence::new(1_025));
        assert_eq!(marked[&group(2)], Sequence::new(7));
        assert_eq!(count.read().overtaken_messages, 3);
        assert_eq!(count.read().lost_notices, 1);
        let first = taken.recv().await.expect("a push");
        assert_eq!(first.body, pushed(1, 1), "the first is first");
    }
}
