//! The queue of undecoded pushes between the connection reader and the resolver. The reader never waits: when the queue
//! is full, a message is marked to be fetched from history, and a notice is counted as lost.

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

/// Capacity of the push queue.
const PUSH_QUEUE: usize = 1_024;

/// What a push contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PushKind {
    /// A message or a notice.
    Message,
    /// The list of the account's devices.
    Devices,
}

/// An undecoded push, and the number of the connection that received it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct QueuedPush {
    pub(crate) connection: u64,
    pub(crate) kind: PushKind,
    pub(crate) body: Bytes,
}

/// The sending side of the push queue, for one connection.
#[derive(Clone)]
pub(crate) struct Intake {
    queue: mpsc::Sender<QueuedPush>,
    connection: u64,
    /// Number of pushes queued so far. Only one connection is read at a time, so there is one writer.
    queued: Arc<AtomicU64>,
    overflow: Arc<OverflowMarks>,
    count: Arc<Count>,
}

/// Messages that did not fit, with their position in the queue.
#[derive(Default)]
pub(crate) struct OverflowMarks {
    /// Number of pushes queued before, conversation, and first missing sequence. Bounded, because the resolver removes
    /// a mark when it reaches that position.
    marks: Mutex<VecDeque<(u64, Conversation, Sequence)>>,
    marked: Notify,
}

impl OverflowMarks {
    fn marks(&self) -> MutexGuard<'_, VecDeque<(u64, Conversation, Sequence)>> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mark(&self, behind: u64, conversation: Conversation, sequence: Sequence) {
        let mut marks = self.marks();
        let here = marks.iter_mut().rev().take_while(|(at, ..)| *at == behind);
        match here
            .into_iter()
            .find(|(_, marked, _)| *marked == conversation)
        {
            Some((_, _, first)) => *first = sequence.min(*first),
            None => marks.push_back((behind, conversation, sequence)),
        }
        drop(marks);
        self.marked.notify_one();
    }

    /// Waits until a message is marked.
    pub(crate) async fn marked(&self) {
        self.marked.notified().await;
    }

    /// Removes and returns the marks reached after the resolver has taken this many pushes out of the queue.
    pub(crate) fn due(&self, taken: u64) -> Vec<(Conversation, Sequence)> {
        let mut marks = self.marks();
        let due = marks
            .iter()
            .take_while(|(behind, ..)| *behind <= taken)
            .count();
        marks
            .drain(..due)
            .map(|(_, conversation, first)| (conversation, first))
            .collect()
    }
}

/// Creates the push queue: the sending side, and both parts of the resolver's side.
pub(crate) fn intake(
    count: Arc<Count>,
) -> (Intake, mpsc::Receiver<QueuedPush>, Arc<OverflowMarks>) {
    let (queue, taken) = mpsc::channel(PUSH_QUEUE);
    let overflow = Arc::new(OverflowMarks::default());
    let intake = Intake {
        queue,
        connection: 0,
        queued: Arc::default(),
        overflow: overflow.clone(),
        count,
    };
    (intake, taken, overflow)
}

impl Intake {
    /// The same queue for the connection with this number.
    pub(crate) fn of(&self, connection: u64) -> Self {
        Self {
            connection,
            ..self.clone()
        }
    }

    /// Queues a push to the account `me`, without waiting.
    pub(crate) fn take(&self, command: &str, body: Bytes, me: Option<Uin>) {
        let kind = match command {
            MSG_PUSH => PushKind::Message,
            PUSH_PARAMS => PushKind::Devices,
            // The resolver compares every conversation with the server anyway.
            INFO_SYNC_PUSH | CONFIG_PUSH => return,
            _ => {
                tracing::debug!(command, "ignored a push of an unused kind or a late reply");
                return;
            }
        };
        let taken = QueuedPush {
            connection: self.connection,
            kind,
            body,
        };
        let body = match self.queue.try_send(taken) {
            Ok(()) => {
                self.queued.fetch_add(1, Ordering::AcqRel);
                return;
            }
            Err(mpsc::error::TrySendError::Full(QueuedPush { body, .. })) => body,
            Err(mpsc::error::TrySendError::Closed(_)) => return,
        };
        let message = match kind {
            PushKind::Message => decode::conversation(&body, me),
            PushKind::Devices => None,
        };
        if let Some((conversation, sequence)) = message {
            if self.count.overflowed_messages.add_and_should_log() {
                tracing::warn!(%conversation, "the push queue is full: messages will be fetched from history");
            }
            let behind = self.queued.load(Ordering::Acquire);
            self.overflow.mark(behind, conversation, sequence);
        } else if self.count.lost_notices.add_and_should_log() {
            tracing::warn!("the push queue is full: notices are lost");
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
    async fn full_queue_marks_the_first_missing_message_and_counts_lost_notices() {
        let count = Arc::<Count>::default();
        let (intake, mut taken, overflow) = intake(count.clone());
        for sequence in 1..=1_024 {
            intake.take(MSG_PUSH, pushed(1, sequence), None);
        }
        intake.take(MSG_PUSH, pushed(1, 1_026), None);
        intake.take(MSG_PUSH, pushed(1, 1_025), None);
        intake.take(MSG_PUSH, pushed(2, 7), None);
        intake.take(MSG_PUSH, Bytes::from_static(b"\xff"), None);
        intake.take(PUSH_PARAMS, Bytes::new(), None);
        let group = |number| Conversation::Group(GroupUin::new(number).expect("a group"));
        overflow.marked().await;
        assert_eq!(
            overflow.due(1_023),
            [],
            "pushes queued before the mark come first"
        );
        let marked = overflow.due(1_024);
        let at = Sequence::new;
        assert_eq!(marked, [(group(1), at(1_025)), (group(2), at(7))]);
        assert_eq!(overflow.due(u64::MAX), [], "once");
        assert_eq!(count.read().overflowed_messages, 3);
        assert_eq!(count.read().lost_notices, 2);
        let first = taken.recv().await.expect("a push");
        assert_eq!(first.body, pushed(1, 1), "the queue keeps the order");
    }
}
