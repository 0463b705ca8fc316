//! Message history, and the newest sequence of a conversation. protocol/02 §6

use std::ops::RangeInclusive;

use nekonap_ids::{Conversation, Sequence};
use nekonap_wire::{
    commands::{
        groups::GetGroupDetails,
        history::{GetGroupMessages, GetPeerSequence, GetPrivateMessages},
    },
    message::{Message as Wire, ReactionMark},
    proto::{
        groups::DetailsRequest,
        history::{GroupHistoryRequest, PeerSequenceRequest, PrivateHistoryRequest},
    },
};

use crate::{
    client::Client,
    error::CallError,
    events::{Message, meaning::message},
};

impl Client {
    /// The messages of a conversation in this range of sequences, oldest first, without deleted ones. Of a range longer
    /// than 30 only the first 30 sequences are fetched. A range of more than one message waits until
    /// [`Timings::history`](crate::Timings::history) after the previous one of the conversation.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn history(
        &self,
        conversation: Conversation,
        range: RangeInclusive<Sequence>,
    ) -> Result<Vec<Message>, CallError> {
        let found = self.history_with_reactions(conversation, range).await?;
        Ok(found.into_iter().map(|(message, _)| message).collect())
    }

    /// The messages as [`history`](Self::history) returns them, each with its reactions, which only groups have.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn history_with_reactions(
        &self,
        conversation: Conversation,
        range: RangeInclusive<Sequence>,
    ) -> Result<Vec<(Message, Vec<ReactionMark>)>, CallError> {
        if range.start() < range.end() {
            let interval = self.inner.config.timings.history;
            self.inner.pace.wait(conversation, interval).await;
        }
        let session = self.inner.session()?;
        let found = match conversation {
            Conversation::Group(group) => {
                let request = GroupHistoryRequest::new(group, &range);
                let reply = session.call::<GetGroupMessages>(&request).await?;
                reply.messages().collect::<Vec<(Wire, _)>>()
            }
            Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => {
                let uid = self.uid_of(peer, conversation.group()).await?;
                let request = PrivateHistoryRequest::new(uid, Some(peer), &range);
                let reply = session.call::<GetPrivateMessages>(&request).await?;
                let messages = reply.messages();
                messages.map(|wire| (wire, Vec::new())).collect()
            }
        };
        let mut messages = Vec::with_capacity(found.len());
        for (wire, reactions) in found {
            let message = message(self, wire, true).await;
            messages.extend(message.map(|message| (message, reactions)));
        }
        messages.sort_by_key(|(message, _)| message.sequence);
        Ok(messages)
    }

    /// The message with this sequence; `None` if there is none.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn message(
        &self,
        conversation: Conversation,
        sequence: Sequence,
    ) -> Result<Option<Message>, CallError> {
        let found = self.history(conversation, sequence..=sequence).await?;
        Ok(found
            .into_iter()
            .find(|message| message.sequence == sequence))
    }

    /// The newest sequence of a conversation; `None` while it has no messages.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn newest(&self, conversation: Conversation) -> Result<Option<Sequence>, CallError> {
        let session = self.inner.session()?;
        Ok(match conversation {
            Conversation::Group(group) => {
                let request = DetailsRequest::latest(group);
                let reply = session.call::<GetGroupDetails>(&request).await?;
                reply.newest()?
            }
            Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => {
                let uid = self.uid_of(peer, conversation.group()).await?;
                let request = PeerSequenceRequest::new(uid);
                let reply = session.call::<GetPeerSequence>(&request).await?;
                reply.newest()?
            }
        })
    }
}
