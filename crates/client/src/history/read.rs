//! Read reports. protocol/02 §8

use nekonap_ids::{Conversation, Sequence};
use nekonap_wire::{
    commands::history::ReportRead,
    proto::history::{GroupRead, PrivateRead, ReadRequest},
};

use super::page::unless_done;
use crate::{
    client::Client,
    error::CallError,
    messages::{now, text},
};

impl Client {
    /// Says that a conversation was read up to a message. protocol/02 §8
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn mark_read(
        &self,
        conversation: Conversation,
        sequence: Sequence,
    ) -> Result<(), CallError> {
        let mut request = ReadRequest::default();
        match conversation {
            Conversation::Group(group) => request.groups.push(GroupRead {
                group_uin: Some(group.get()),
                last_read_seq: Some(sequence.get()),
            }),
            Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => {
                let uid = self.uid_of(peer, conversation.group()).await?;
                request.c2c.push(PrivateRead {
                    uid: Some(text(uid)),
                    time: Some(u32::try_from(now()).unwrap_or(u32::MAX)),
                    last_read_seq: Some(sequence.get()),
                });
            }
        }
        let reply = self.inner.session()?.call::<ReportRead>(&request).await?;
        unless_done(reply.code.map(i64::from), reply.text)
    }
}
