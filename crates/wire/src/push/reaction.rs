//! Reactions to group messages. protocol/05 §5.22

use bytes::Bytes;
use nekonap_ids::{GroupUin, Sequence, Uid};

use super::{Envelope, notify, text, uid};
use crate::proto::push::{
    NotifyBody, Reaction as Proto, ReactionData, ReactionMiddle, ReactionOuter, ReactionTarget,
};

/// The notify body's type of a reaction.
const KIND: u32 = 36;
/// The notify body's service of a reaction.
const SERVICE: u32 = 35;
/// Codes of more characters than this are emoji, where the kind is not told.
const FACE_DIGITS: usize = 3;

/// A reaction was added to a group message or taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// Where.
    pub group: GroupUin,
    /// To which message.
    pub sequence: Sequence,
    /// A face's id, or an emoji's code point in decimal.
    pub code: String,
    /// Whether `code` is an emoji.
    pub emoji: bool,
    /// How many people now react so.
    pub count: u32,
    /// Who.
    pub operator: Option<Uid>,
    /// Added, or taken back.
    pub added: bool,
}

pub(super) fn decode(
    group: GroupUin,
    outer: &ReactionOuter,
    body: &NotifyBody,
) -> Option<Reaction> {
    let reaction = outer.inner.as_ref()?.reaction.as_ref()?;
    let data = reaction.data.clone()?;
    let code = data.code?;
    Some(Reaction {
        group,
        sequence: Sequence::new(reaction.target.as_ref()?.sequence?),
        emoji: data
            .code_kind
            .map_or(code.len() > FACE_DIGITS, |kind| kind == 2),
        code,
        count: data.count.unwrap_or(0),
        operator: uid(data.operator_uid.as_deref()).or_else(|| uid(body.operator_uid.as_deref())),
        added: data.action != Some(2),
    })
}

pub(super) fn encode(reaction: &Reaction, envelope: &Envelope) -> Bytes {
    let inner = Proto {
        op_id: Some(1),
        target: Some(ReactionTarget {
            sequence: Some(reaction.sequence.get()),
            total: Some(reaction.count),
            field_3: Some(4),
        }),
        data: Some(ReactionData {
            code: Some(reaction.code.clone()),
            code_kind: Some(if reaction.emoji { 2 } else { 1 }),
            count: Some(reaction.count),
            operator_uid: Some(text(reaction.operator).unwrap_or_default()),
            action: Some(if reaction.added { 1 } else { 2 }),
        }),
    };
    let body = NotifyBody {
        service: Some(SERVICE),
        reaction: Some(ReactionOuter {
            inner: Some(ReactionMiddle {
                reaction: Some(inner),
            }),
        }),
        ..NotifyBody::default()
    };
    notify::encode(reaction.group, notify::GENERAL, KIND, envelope, body)
}
