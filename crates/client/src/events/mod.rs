//! From pushes to events: resolved, without repeats, in order, and without the gaps that a lost connection leaves.
//! protocol/05 §9, §10.

mod decode;
mod event;
mod gaps;
pub(crate) mod intake;
mod learn;
pub(crate) mod meaning;
mod repeats;
pub(crate) mod resolve;

pub use event::{Event, Message, Sender};

use nekonap_ids::{Conversation, Sequence};
use tokio::sync::mpsc;

/// What the embedder has seen before this start. What was said later is fetched from history once the client is
/// online, and comes as messages with [`Message::missed`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The newest sequence that was seen, conversation by conversation; those without one are caught up by `since`.
    /// At most 10,000 are used.
    pub newest: Vec<(Conversation, Sequence)>,
    /// When the last run ended, in unix seconds: of conversations that `newest` lacks, messages since then are
    /// reported. `None`: none of them are.
    pub since: Option<u64>,
}

/// The events of one client, in order. Bounded: a client whose events are not taken keeps working, loses messages to
/// the history it fetches them from later, and counts lost notices.
#[derive(Debug)]
pub struct Events {
    pub(crate) state: mpsc::Receiver<Event>,
    pub(crate) happened: mpsc::Receiver<Event>,
}

impl Events {
    /// The next event; `None` once the client has been shut down and everything was taken. Cancel safe.
    pub async fn next(&mut self) -> Option<Event> {
        tokio::select! {
            biased;
            Some(event) = self.state.recv() => Some(event),
            Some(event) = self.happened.recv() => Some(event),
            else => None,
        }
    }

    /// The next event, if one is there.
    pub fn try_next(&mut self) -> Option<Event> {
        self.state
            .try_recv()
            .or_else(|_| self.happened.try_recv())
            .ok()
    }
}
