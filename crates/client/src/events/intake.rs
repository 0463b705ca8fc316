//! The door through which pushes come in. The reader of the wire is on its other side and never waits: what does not
//! fit is marked for fetching when it is a message, and counted when it is a notice.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use nekonap_ids::Conversation;
use nekonap_wire::commands::session::{CONFIG_PUSH, INFO_SYNC_PUSH, MSG_PUSH, PUSH_PARAMS};
use tokio::sync::{Notify, mpsc};

use super::decode;
use crate::counters::Count;

/// How many undecoded pushes may wait for the resolver.
const WAITING_PUSHES: usize = 1_024;

/// The reader's side.
#[derive(Clone)]
pub(crate) struct Intake {
    queue: mpsc::Sender<Bytes>,
    overtaken: Arc<Overtaken>,
    count: Arc<Count>,
}

/// Conversations some of whose messages did not fit. As many as there are conversations: what is marked is small, and
/// an account has few thousand.
#[derive(Default)]
pub(crate) struct Overtaken {
    conversations: Mutex<HashSet<Conversation>>,
    some: Notify,
}

impl Overtaken {
    fn mark(&self, conversation: Conversation) {
        self.conversations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(conversation);
        self.some.notify_one();
    }

    /// Waits until something is marked, and takes all that is.
    pub(crate) async fn take(&self) -> HashSet<Conversation> {
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
pub(crate) fn intake(count: Arc<Count>) -> (Intake, mpsc::Receiver<Bytes>, Arc<Overtaken>) {
    let (queue, taken) = mpsc::channel(WAITING_PUSHES);
    let overtaken = Arc::new(Overtaken::default());
    let intake = Intake {
        queue,
        overtaken: overtaken.clone(),
        count,
    };
    (intake, taken, overtaken)
}

impl Intake {
    /// Takes a push in, without waiting.
    pub(crate) fn take(&self, command: &str, body: Bytes) {
        match command {
            MSG_PUSH => {}
            // What is to be caught up with is asked for anyway, conversation by conversation.
            INFO_SYNC_PUSH | PUSH_PARAMS | CONFIG_PUSH => return,
            _ => {
                tracing::debug!(command, "a push of no use, or an answer that came too late");
                return;
            }
        }
        let Err(mpsc::error::TrySendError::Full(body)) = self.queue.try_send(body) else {
            return;
        };
        if let Some(conversation) = decode::conversation(&body) {
            if self.count.overtaken_messages.burst() {
                tracing::warn!(%conversation, "events are not taken fast enough: messages will be fetched from history");
            }
            self.overtaken.mark(conversation);
        } else if self.count.lost_notices.burst() {
            tracing::warn!("events are not taken fast enough: notices are lost");
        }
    }
}
