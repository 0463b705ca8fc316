//! Recalls: in groups (protocol/05 §5.25) and in private chats (protocol/05 §5.10).

use bytes::Bytes;
use nekonap_ids::{GroupUin, Sequence, Uid};
use prost::Message as _;

use super::{Envelope, notify, seconds, text, uid};
use crate::{
    bounded,
    command::DecodeError,
    message::message_uid,
    proto::push::{
        GroupRecall as ProtoGroup, NotifyBody, PrivateRecall as ProtoPrivate, PrivateRecalls,
        RecallTip, RecalledMessage,
    },
};

/// 528's sub type: the other side recalled.
pub(super) const BY_FRIEND: u32 = 138;
/// 528's sub type: the receiver itself did, from any device.
pub(super) const BY_SELF: u32 = 139;
/// The notify body's type of a recall.
const KIND: u32 = 7;

/// Messages of a group were taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRecall {
    /// Where.
    pub group: GroupUin,
    /// Who did it; `None` is the receiver itself.
    pub operator: Option<Uid>,
    /// Which messages.
    pub messages: Vec<Recalled>,
    /// The wording that the operator chose; empty as a rule.
    pub tip: String,
}

/// One recalled message of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recalled {
    /// Which.
    pub sequence: Sequence,
    /// When it was said, unix seconds.
    pub time: u64,
    /// Its random; may be 0.
    pub random: u32,
    /// Who wrote it.
    pub author: Option<Uid>,
}

/// A private message was taken back by its author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateRecall {
    /// Its author.
    pub from: Option<Uid>,
    /// The other end.
    pub to: Option<Uid>,
    /// The author's own number for it.
    pub client_sequence: u32,
    /// The shared sequence; 0 where it is not told.
    pub sequence: Sequence,
    /// Its random.
    pub random: u32,
    /// When it was said, unix seconds.
    pub time: u64,
    /// Whether the receiver is the author.
    pub own: bool,
    /// The wording that the author chose; empty as a rule.
    pub tip: String,
}

pub(super) fn decode_group(group: GroupUin, recall: &ProtoGroup, body: &NotifyBody) -> GroupRecall {
    GroupRecall {
        group,
        operator: uid(recall.operator_uid.as_deref()).or_else(|| uid(body.operator_uid.as_deref())),
        messages: recall
            .messages
            .iter()
            .map(|message| Recalled {
                sequence: Sequence::new(message.sequence.unwrap_or(0)),
                time: u64::from(message.time.unwrap_or(0)),
                random: message.random.unwrap_or(0),
                author: uid(message.author_uid.as_deref()),
            })
            .collect(),
        tip: wording(recall.tip.as_ref()),
    }
}

pub(super) fn encode_group(recall: &GroupRecall, envelope: &Envelope) -> Bytes {
    let body = NotifyBody {
        recall: Some(ProtoGroup {
            operator_uid: Some(text(recall.operator).unwrap_or_default()),
            messages: recall
                .messages
                .iter()
                .map(|message| RecalledMessage {
                    sequence: Some(message.sequence.get()),
                    time: Some(seconds(message.time)),
                    random: Some(message.random),
                    r#type: Some(0),
                    flag: Some(0),
                    author_uid: Some(text(message.author).unwrap_or_default()),
                })
                .collect(),
            group_type: Some(1),
            op_type: Some(1),
            tip: Some(tip(&recall.tip)),
        }),
        msg_sequence: recall
            .messages
            .first()
            .map(|message| message.sequence.get()),
        ..NotifyBody::default()
    };
    notify::encode(recall.group, notify::RECALL, KIND, envelope, body)
}

pub(super) fn decode_private(
    payload: &[u8],
    sub_kind: u32,
) -> Result<Option<PrivateRecall>, DecodeError> {
    let recalls: PrivateRecalls = bounded::decode(payload)?;
    Ok(recalls.recall.map(|recall| PrivateRecall {
        from: uid(recall.from_uid.as_deref()),
        to: uid(recall.to_uid.as_deref()),
        client_sequence: u32::try_from(recall.client_sequence.unwrap_or(0)).unwrap_or(0),
        sequence: Sequence::new(recall.sequence.unwrap_or(0)),
        random: recall.random.unwrap_or(0),
        time: u64::from(recall.time.unwrap_or(0)),
        own: sub_kind == BY_SELF,
        tip: wording(recall.tip.as_ref()),
    }))
}

pub(super) fn sub_kind(recall: &PrivateRecall) -> u32 {
    if recall.own { BY_SELF } else { BY_FRIEND }
}

pub(super) fn encode_private(recall: &PrivateRecall) -> Bytes {
    PrivateRecalls {
        recall: Some(ProtoPrivate {
            from_uid: Some(text(recall.from).unwrap_or_default()),
            to_uid: Some(text(recall.to).unwrap_or_default()),
            client_sequence: Some(u64::from(recall.client_sequence)),
            message_uid: Some(message_uid(recall.random)),
            time: Some(seconds(recall.time)),
            random: Some(recall.random),
            pkg_num: Some(1),
            pkg_index: Some(0),
            div_seq: Some(0),
            tip: Some(tip(&recall.tip)),
            sequence: Some(recall.sequence.get()),
        }),
        inst_id: Some(1),
        app_id: Some(1),
        long_flag: Some(0),
    }
    .encode_to_vec()
    .into()
}

fn wording(tip: Option<&RecallTip>) -> String {
    tip.and_then(|tip| tip.text.clone()).unwrap_or_default()
}

fn tip(text: &str) -> RecallTip {
    RecallTip {
        id: (!text.is_empty()).then_some(1),
        text: Some(text.to_owned()),
    }
}
