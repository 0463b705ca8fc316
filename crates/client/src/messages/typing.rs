//! Typing to a friend. protocol/04 §8.4

use nekonap_ids::Uin;
use nekonap_wire::{commands::messages::SendTyping, proto::messages::TypingRequest};

use crate::{client::Client, error::CallError};

impl Client {
    /// Shows a friend the typing state `event`: 1 typing, 0 stopped; other values are passed on. protocol/04 §8.4
    ///
    /// # Errors
    /// [`CallError::Unknown`] if the friend has no known uid; the server refuses (not a friend) or does not reply.
    pub async fn send_typing(&self, friend: Uin, event: u32) -> Result<(), CallError> {
        let uid = self.uid_of(friend, None).await?;
        let request = TypingRequest::new(uid, event);
        let session = self.inner.session()?;
        session.call::<SendTyping>(&request).await.map(drop)
    }
}
