//! Pokes: a templated grey tip, in groups and in private chats. protocol/05 §5.11, §5.26

use bytes::Bytes;
use nekonap_ids::{GroupUin, Sequence, Uin};
use prost::Message as _;

use super::{Envelope, notify};
use crate::{
    bounded,
    command::DecodeError,
    proto::{
        message::Message as ProtoMessage,
        push::{GreyTip, NotifyBody, Parameter, TipInfo},
    },
};

/// 528's sub type of a private grey tip.
pub(super) const PRIVATE: u32 = 290;
/// Another one.
pub(super) const PRIVATE_OTHER: u32 = 291;
/// The notify body's type of a templated tip.
const KIND: u32 = 20;
/// The notify body's service of a templated tip.
const SERVICE: u32 = 19;
/// `busi_type` of a poke.
const BUSINESS: u64 = 12;
/// `busi_id` of a poke.
const BUSINESS_ID: u64 = 1061;
/// The template of an ordinary poke.
const TEMPLATE: u64 = 1132;
/// `c2c_type` of a private poke.
const PRIVATE_CHAT: u32 = 1;

/// Somebody was poked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poke {
    /// The group; `None` is a private chat.
    pub group: Option<GroupUin>,
    /// Private: the chat's other side, as the routing head tells it.
    pub peer: Option<Uin>,
    /// Who pokes.
    pub from: Uin,
    /// Who is poked; `None` is the receiver.
    pub target: Option<Uin>,
    /// The verb; empty for the usual one.
    pub action: String,
    /// What follows the target; may be empty.
    pub suffix: String,
    /// The picture's address; may be empty.
    pub image: String,
    /// The tip's sequence in its conversation; 0 where it is not told.
    pub sequence: Sequence,
    /// The tip's own id; 0 where it is not told.
    pub tip_id: u64,
}

pub(super) fn decode_group(group: GroupUin, tip: &GreyTip, body: &NotifyBody) -> Option<Poke> {
    let poke = decode(tip)?;
    Some(Poke {
        group: Some(group),
        sequence: Sequence::new(body.msg_sequence.unwrap_or(0)),
        tip_id: body.tips_seq_id.unwrap_or(poke.tip_id),
        ..poke
    })
}

pub(super) fn decode_private(
    payload: &[u8],
    message: &ProtoMessage,
) -> Result<Option<Poke>, DecodeError> {
    let tip: GreyTip = bounded::decode(payload)?;
    let routing = message.routing_head.clone().unwrap_or_default();
    Ok(decode(&tip).map(|poke| Poke {
        peer: routing.from_uin.and_then(|uin| Uin::new(uin).ok()),
        ..poke
    }))
}

/// The poke in a tip, if it is one.
fn decode(tip: &GreyTip) -> Option<Poke> {
    if tip.busi_type != Some(BUSINESS) {
        return None;
    }
    // The last value wins.
    let value = |name: &str| {
        tip.params
            .iter()
            .rev()
            .find(|parameter| parameter.name.as_deref() == Some(name))
            .and_then(|parameter| parameter.value.clone())
            .filter(|value| !value.is_empty())
    };
    let uin = |name: &str| value(name)?.parse::<Uin>().ok();
    Some(Poke {
        group: None,
        peer: None,
        from: uin("uin_str1")?,
        target: uin("uin_str2"),
        action: value("action_str")
            .or_else(|| value("alt_str1"))
            .unwrap_or_default(),
        suffix: value("suffix_str").unwrap_or_default(),
        image: value("action_img_url").unwrap_or_default(),
        sequence: Sequence::new(
            tip.info
                .as_ref()
                .and_then(|info| info.sequence)
                .unwrap_or(0),
        ),
        tip_id: tip.tips_seq_id.unwrap_or(0),
    })
}

pub(super) fn encode_group(poke: &Poke, group: GroupUin, envelope: &Envelope) -> Bytes {
    let body = NotifyBody {
        service: Some(SERVICE),
        tip: Some(tip(poke)),
        msg_sequence: Some(poke.sequence.get()),
        tips_seq_id: Some(poke.tip_id),
        ..NotifyBody::default()
    };
    notify::encode(group, notify::TIP, KIND, envelope, body)
}

pub(super) fn encode_private(poke: &Poke) -> Bytes {
    GreyTip {
        c2c_type: Some(PRIVATE_CHAT),
        info: Some(TipInfo {
            sequence: Some(poke.sequence.get()),
        }),
        ..tip(poke)
    }
    .encode_to_vec()
    .into()
}

fn tip(poke: &Poke) -> GreyTip {
    // An empty verb or picture would be shown as such; the suffix some clients want even when it is empty.
    let mut params: Vec<_> = [
        ("action_img_url", poke.image.clone()),
        ("action_str", poke.action.clone()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .collect();
    params.push(("suffix_str", poke.suffix.clone()));
    params.push(("uin_str1", poke.from.to_string()));
    params.extend(poke.target.map(|target| ("uin_str2", target.to_string())));
    GreyTip {
        busi_type: Some(BUSINESS),
        busi_id: Some(BUSINESS_ID),
        ctrl_flag: Some(7),
        c2c_type: None,
        templ_id: Some(TEMPLATE),
        params: params
            .into_iter()
            .map(|(name, value)| Parameter {
                name: Some(name.to_owned()),
                value: Some(value),
            })
            .collect(),
        content: None,
        tips_seq_id: Some(poke.tip_id),
        info: None,
    }
}
