//! Recalls. protocol/02 §5

use nekonap_ids::{Conversation, MessagePlace};
use nekonap_wire::{
    commands::messages::{PrivateTarget, RecallGroupMessage, RecallPrivateMessage},
    proto::messages::{RecallGroupRequest, RecallPrivateRequest},
};

use crate::{client::Client, error::CallError};

/// Fields besides the place by which the server finds a message to recall.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MessageKey {
    /// Client sequence of a private message; 0 in groups.
    pub client_sequence: u32,
    /// Random number chosen by the sender; 0 if unknown.
    pub random: u32,
    /// Time the message was sent, Unix seconds.
    pub time: u64,
}

impl Client {
    /// Recalls a message of this account or, in a group, of a member with a lower role. protocol/02 §5
    ///
    /// # Errors
    /// The server refuses (message too old, no permission) or does not reply, or the uid of the peer is unknown.
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
