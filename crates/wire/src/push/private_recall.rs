//! Recalls in private chats (protocol/05 §5.10).

use nekonap_ids::Sequence;
use prost::Message as _;

use super::{
    Envelope, Origin,
    group_recall::{tip, wording},
    kinds,
    notices::{self, Content, Payload},
};
use crate::{
    bounded,
    command::DecodeError,
    message::{Party, message_uid},
    proto::push::{PrivateRecall as Proto, PrivateRecalls},
};

/// Sub type of 528: the peer recalled the message.
const BY_PEER: u32 = 138;
/// Sub type of 528: the receiver recalled the message, on any device.
const BY_SELF: u32 = 139;

/// A private message was recalled by its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateRecall<P> {
    /// Peer of the chat.
    pub peer: P,
    /// Whether the receiver, and not the peer, is the sender.
    pub own: bool,
    /// Client sequence of the message.
    pub client_sequence: u32,
    /// Shared sequence; 0 if unknown.
    pub sequence: Sequence,
    /// Random of the message.
    pub random: u32,
    /// Time of sending, Unix seconds.
    pub time: u64,
    /// Text that the sender chose; usually empty.
    pub tip: String,
}

impl<P: Copy> PrivateRecall<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Private(self.peer))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<PrivateRecall<Q>> {
        Some(PrivateRecall {
            peer: find(self.peer)?,
            own: self.own,
            client_sequence: self.client_sequence,
            sequence: self.sequence,
            random: self.random,
            time: self.time,
            tip: self.tip,
        })
    }
}

impl PrivateRecall<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if content.kind != kinds::ACCOUNT || !matches!(content.sub_kind, BY_PEER | BY_SELF) {
            return Ok(None);
        }
        let recalls: PrivateRecalls = bounded::decode(&content.payload)?;
        Ok(recalls.recall.and_then(|recall| {
            let from = notices::by_uid(recall.from_uid.as_deref());
            // The payload contains the account that recalled; the sub type only decides if the receiver's uid is
            // unknown.
            let own = match content.envelope.to.uid {
                Some(receiver) => from?.uid == Some(receiver),
                None => content.sub_kind == BY_SELF,
            };
            let peer = if own {
                notices::by_uid(recall.to_uid.as_deref())
            } else {
                from
            };
            Some(Self {
                peer: peer?,
                own,
                client_sequence: u32::try_from(recall.client_sequence.unwrap_or(0)).unwrap_or(0),
                sequence: notices::sequence(recall.sequence),
                random: recall.random.unwrap_or(0),
                time: u64::from(recall.time.unwrap_or(0)),
                tip: wording(recall.tip.as_ref()),
            })
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let (sub_kind, from, to) = if self.own {
            (BY_SELF, envelope.to, self.peer)
        } else {
            (BY_PEER, self.peer, envelope.to)
        };
        let bytes = PrivateRecalls {
            recall: Some(Proto {
                from_uid: Some(notices::uid_text(Some(from))),
                to_uid: Some(notices::uid_text(Some(to))),
                client_sequence: Some(u64::from(self.client_sequence)),
                message_uid: Some(message_uid(self.random)),
                time: Some(notices::seconds(self.time)),
                random: Some(self.random),
                pkg_num: Some(1),
                pkg_index: Some(0),
                div_seq: Some(0),
                tip: Some(tip(&self.tip)),
                sequence: Some(self.sequence.get()),
            }),
            inst_id: Some(1),
            app_id: Some(1),
            long_flag: Some(0),
        }
        .encode_to_vec()
        .into();
        Payload {
            kind: kinds::ACCOUNT,
            sub_kind,
            bytes,
        }
    }
}
