//! Taking a message back. protocol/02 §5

use nekonap_ids::{Conversation, Sequence};
use nekonap_wire::{
    commands::messages::{RecallGroupMessage, RecallPrivateMessage},
    message::message_uid,
    proto::messages::{
        RecallGroupFlags, RecallGroupRequest, RecallGroupTarget, RecallPrivateFlags,
        RecallPrivateRequest, RecallPrivateTarget,
    },
};

use crate::{client::Client, error::CallError};

/// What a recall needs to know of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The shared sequence.
    pub sequence: Sequence,
    /// Private: the sender's own number.
    pub client_sequence: u32,
    /// The random.
    pub random: u32,
    /// When it was said, unix seconds.
    pub time: u64,
}

impl Client {
    /// Takes a message back. protocol/02 §5
    ///
    /// # Errors
    /// The server refuses (too old, no right), or does not answer.
    pub async fn recall(
        &self,
        conversation: Conversation,
        target: Target,
    ) -> Result<(), CallError> {
        let session = self.inner.session()?;
        let peer = match conversation {
            Conversation::Group(group) => {
                let request = RecallGroupRequest {
                    r#type: Some(1),
                    group_uin: Some(group.get()),
                    target: Some(RecallGroupTarget {
                        sequence: Some(target.sequence.get()),
                        random: Some(target.random),
                        field_3: Some(0),
                    }),
                    flags: Some(RecallGroupFlags { field_1: Some(0) }),
                };
                return session.call::<RecallGroupMessage>(&request).await;
            }
            Conversation::Friend(peer) => self.uid_of(peer, None).await?,
            Conversation::Temporary { group, peer } => self.uid_of(peer, Some(group)).await?,
        };
        let request = RecallPrivateRequest {
            r#type: Some(1),
            target_uid: Some(peer.as_str().to_owned()),
            target: Some(RecallPrivateTarget {
                client_seq: Some(u64::from(target.client_sequence)),
                random: Some(target.random),
                msg_uid: Some(message_uid(target.random)),
                time: Some(u32::try_from(target.time).unwrap_or(u32::MAX)),
                field_5: Some(0),
                nt_seq: Some(target.sequence.get()),
            }),
            flags: Some(RecallPrivateFlags {
                field_1: Some(false),
                field_2: Some(false),
            }),
            field_6: Some(false),
        };
        session
            .call::<RecallPrivateMessage>(&request)
            .await
            .map(drop)
    }
}
