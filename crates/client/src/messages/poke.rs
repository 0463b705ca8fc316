//! Poking. protocol/04 §3.9

use nekonap_ids::{Conversation, GroupUin, Uin};
use nekonap_wire::{commands::messages::Poke, proto::messages::PokeRequest};

use crate::{client::Client, error::CallError};

impl Client {
    /// Pokes somebody in a conversation. protocol/04 §3.9
    ///
    /// # Errors
    /// The server refuses (not friends, switched off) or does not answer.
    pub async fn poke(&self, conversation: Conversation, target: Uin) -> Result<(), CallError> {
        let request = PokeRequest {
            to_uin: Some(target.get()),
            group: conversation
                .group()
                .filter(|_| conversation.peer().is_none())
                .map(GroupUin::get),
            chat_uin: conversation.peer().map(Uin::get),
            kind: Some(0),
        };
        self.inner.session()?.call::<Poke>(&request).await.map(drop)
    }
}
