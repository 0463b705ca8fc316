//! Taking a message back. protocol/02 §5

use nekonap_ids::{Conversation, MessagePlace};
use nekonap_wire::{
    commands::messages::{PrivateTarget, RecallGroupMessage, RecallPrivateMessage},
    proto::messages::{RecallGroupRequest, RecallPrivateRequest},
};

use crate::{client::Client, error::CallError};

/// What identifies a message besides its place. Recalls need it: a private chat's server looks it up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MessageKey {
    /// Private chats: the number that the sender's client gave it. 0 in groups.
    pub client_sequence: u32,
    /// The random number that the sender's client gave it; 0 where it is not known.
    pub random: u32,
    /// When it was said, unix seconds.
    pub time: u64,
}

impl Client {
    /// Takes a message back: one's own, or in a group also what a member of lower rank said. protocol/02 §5
    ///
    /// # Errors
    /// The server refuses (too old, no right) or does not answer; nobody is known by the number of the other side.
    pub async fn recall(&self, message: MessagePlace, key: MessageKey) -> Result<(), CallError> {
        let session = self.inner.session()?;
        let (peer, via) = match message.conversation {
            Conversation::Group(group) => {
                let request = RecallGroupRequest::new(group, message.sequence, key.random);
                return session.call::<RecallGroupMessage>(&request).await;
            }
            Conversation::Friend(peer) => (peer, None),
            Conversation::Temporary { group, peer } => (peer, Some(group)),
        };
        let target = PrivateTarget {
            sequence: message.sequence,
            client_sequence: key.client_sequence,
            random: key.random,
            time: u32::try_from(key.time).unwrap_or(u32::MAX),
        };
        let request = RecallPrivateRequest::new(self.uid_of(peer, via).await?, target);
        session
            .call::<RecallPrivateMessage>(&request)
            .await
            .map(drop)
    }
}
