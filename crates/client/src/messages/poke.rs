//! Pokes. protocol/04 §3.9

use nekonap_ids::{Conversation, Uin};
use nekonap_wire::{commands::messages::SendPoke, proto::messages::PokeRequest};

use crate::{client::Client, error::CallError};

impl Client {
    /// Pokes `target`: a member of the group or, in a private chat, the peer or the own account.
    /// protocol/04 §3.9
    ///
    /// # Errors
    /// The server refuses (not friends, or the peer disabled pokes) or does not reply.
    pub async fn poke(&self, conversation: Conversation, target: Uin) -> Result<(), CallError> {
        let request = PokeRequest::new(conversation, target);
        let session = self.inner.session()?;
        session.call::<SendPoke>(&request).await.map(drop)
    }
}
