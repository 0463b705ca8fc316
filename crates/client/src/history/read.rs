//! Read reports. protocol/02 §8

use nekonap_ids::{Conversation, Sequence};
use nekonap_wire::{commands::history::ReportRead, proto::history::ReadRequest};

use crate::{client::Client, error::CallError, messages::now};

impl Client {
    /// Marks a conversation as read up to the message with this sequence. protocol/02 §8
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn mark_read(
        &self,
        conversation: Conversation,
        sequence: Sequence,
    ) -> Result<(), CallError> {
        let request = match conversation {
            Conversation::Group(group) => ReadRequest::group(group, sequence),
            Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => {
                let uid = self.uid_of(peer, conversation.group()).await?;
                ReadRequest::private(uid, sequence, u32::try_from(now()).unwrap_or(u32::MAX))
            }
        };
        let reply = self.inner.session()?.call::<ReportRead>(&request).await?;
        Ok(reply.outcome()?)
    }
}
