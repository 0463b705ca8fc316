//! Pokes. protocol/04 §3.9

use nekonap_ids::{Conversation, Uin};
use nekonap_wire::{
    commands::messages::{SendPoke, WithdrawPoke},
    proto::messages::{PokeRequest, WithdrawPokeRequest},
    push::Poke,
};

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

    /// Takes back a poke of the account, as its notice reported it. `time`: that of the notice, Unix seconds.
    /// protocol/04 §3.9
    ///
    /// # Errors
    /// The server refuses (not the own poke, or it is taken back already) or does not reply.
    pub async fn withdraw_poke(&self, poke: &Poke<Uin>, time: u64) -> Result<(), CallError> {
        let conversation = poke.chat.conversation();
        let request = WithdrawPokeRequest::new(conversation, poke.sequence, time, poke.tip_id);
        let session = self.inner.session()?;
        session.call::<WithdrawPoke>(&request).await.map(drop)
    }
}
