//! Turns pushes into events: resolves uids, removes repeats, keeps the order, and fills gaps from history.
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

/// Messages received before this start. Later messages are fetched from history once the client is online, and are
/// reported with [`Message::missed`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Newest received sequence of each conversation; `since` applies to conversations that are not listed. At most 10,000
    /// entries are used.
    pub newest: Vec<(Conversation, Sequence)>,
    /// End of the previous run, Unix seconds. In conversations that `newest` does not list, messages since then are
    /// reported; `None` reports none of them.
    pub since: Option<u64>,
}

/// The events of one client, in order. The queues are bounded: if the events are not read, the client keeps working.
/// Messages that do not fit are fetched from history later; notices that do not fit are lost and counted.
#[derive(Debug)]
pub struct Events {
    pub(crate) state: mpsc::Receiver<Event>,
    pub(crate) happened: mpsc::Receiver<Event>,
}

impl Events {
    /// The next event; `None` after the client has shut down and all events were read. Cancel safe.
    pub async fn next(&mut self) -> Option<Event> {
        tokio::select! {
            biased;
            Some(event) = self.state.recv() => Some(event),
            Some(event) = self.happened.recv() => Some(event),
            else => None,
        }
    }

    /// The next event, if one is queued.
    pub fn try_next(&mut self) -> Option<Event> {
        self.state
            .try_recv()
            .or_else(|_| self.happened.try_recv())
            .ok()
    }
}
