//! History: messages by sequence, and the newest one. protocol/02 §6

use std::ops::RangeInclusive;

use nekonap_ids::{Conversation, Sequence};
use nekonap_wire::{
    command::Refusal,
    commands::{
        groups::GetGroupDetails,
        history::{GetGroupMessages, GetPeerSequence, GetPrivateMessages, MOST_MESSAGES},
    },
    message::Message as Wire,
    proto::{
        groups::{Details, DetailsOf, DetailsRequest},
        history::{
            GroupHistoryRange, GroupHistoryRequest, PeerSequenceRequest, PrivateHistoryRequest,
        },
    },
};

use crate::{
    client::Client,
    error::CallError,
    events::{Message, meaning::message},
    messages::text,
};

/// The app id that requests of group facts carry; any is taken. protocol/04 §5.2
const APP: u32 = 537_099_973;

impl Client {
    /// The messages of a conversation in this range of sequences, oldest first. Deleted ones are left out. At most 30
    /// at a time: of a longer range the beginning.
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn history(
        &self,
        conversation: Conversation,
        range: RangeInclusive<Sequence>,
    ) -> Result<Vec<Message>, CallError> {
        let (start, end) = (range.start().get(), range.end().get());
        let end = end.min(start.saturating_add(MOST_MESSAGES - 1));
        let session = self.inner.session()?;
        let found = match conversation {
            Conversation::Group(group) => {
                let request = GroupHistoryRequest {
                    range: Some(GroupHistoryRange {
                        group_uin: Some(group.get()),
                        start_seq: Some(start),
                        end_seq: Some(end),
                    }),
                    filter: Some(1),
                };
                session.call::<GetGroupMessages>(&request).await?.messages
            }
            Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => {
                let uid = self.uid_of(peer, conversation.group()).await?;
                let request = PrivateHistoryRequest {
                    peer_uin: Some(peer.get()),
                    peer_uid: Some(text(uid)),
                    start_seq: Some(start),
                    end_seq: Some(end),
                };
                session.call::<GetPrivateMessages>(&request).await?.messages
            }
        };
        let mut messages = Vec::with_capacity(found.len());
        for wire in found.iter().filter_map(Wire::decode) {
            messages.extend(message(self, wire, true).await);
        }
        messages.sort_by_key(|message| message.sequence);
        Ok(messages)
    }

    /// One message.
    ///
    /// # Errors
    /// The server refuses or does not answer.
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

    /// The newest sequence of a conversation; `None` where nothing was said yet.
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn newest(&self, conversation: Conversation) -> Result<Option<Sequence>, CallError> {
        let session = self.inner.session()?;
        let newest = match conversation {
            Conversation::Group(group) => {
                let request = DetailsRequest {
                    app_id: Some(APP),
                    wanted: Some(DetailsOf {
                        group: Some(group.get()),
                        mask: Some(Details {
                            latest_seq: Some(1),
                            ..Details::default()
                        }),
                    }),
                };
                let reply = session.call::<GetGroupDetails>(&request).await?;
                let answer = reply.answer.unwrap_or_default();
                unless_done(answer.result.map(i64::from), reply.error)?;
                answer.facts.and_then(|facts| facts.latest_seq)
            }
            Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => {
                let uid = self.uid_of(peer, conversation.group()).await?;
                let request = PeerSequenceRequest {
                    peer_uid: Some(text(uid)),
                };
                let reply = session.call::<GetPeerSequence>(&request).await?;
                unless_done(reply.code.map(i64::from), reply.text)?;
                reply.sequence.max(reply.other_sequence)
            }
        };
        Ok(newest.filter(|newest| *newest > 0).map(Sequence::new))
    }
}

/// What a reply's own code says: absent and 0 are success.
pub(super) fn unless_done(code: Option<i64>, text: Option<String>) -> Result<(), CallError> {
    match code.unwrap_or(0) {
        0 => Ok(()),
        code => Err(Refusal::new(code, text.unwrap_or_default()).into()),
    }
}
