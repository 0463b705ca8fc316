//! The notices of a group that share one body: recalls, tips, essence, reactions. protocol/05 §4

use bytes::{BufMut, Bytes, BytesMut};
use nekonap_ids::GroupUin;
use prost::Message as _;

use super::{Envelope, Push, essence, poke, reaction, recall};
use crate::{bounded, command::DecodeError, proto::push::NotifyBody};

/// 732's sub type: told apart by service.
pub(super) const GENERAL: u32 = 16;
/// 732's sub type of a recall.
pub(super) const RECALL: u32 = 17;
/// 732's sub type of a templated grey tip.
pub(super) const TIP: u32 = 20;
/// 732's sub type of essence.
pub(super) const ESSENCE: u32 = 21;
/// The bytes before the body: the group, the sub type, the length.
const PREFIX: usize = 7;
/// `expires` that is never.
const NEVER: u64 = 0xffff_ffff;

/// Decides by the parts that are there; the sub type only narrows.
pub(super) fn decode(payload: &Bytes) -> Result<Option<Push>, DecodeError> {
    let Some((prefix, rest)) = payload.split_first_chunk::<PREFIX>() else {
        return Err(DecodeError::Short("notify prefix"));
    };
    let length = usize::from(u16::from_be_bytes([prefix[5], prefix[6]]));
    let body: NotifyBody = bounded::decode(rest.get(..length).unwrap_or(rest))?;
    let told = u32::from_be_bytes([prefix[0], prefix[1], prefix[2], prefix[3]]);
    let Some(group) = super::group(body.group).or_else(|| super::group(Some(u64::from(told))))
    else {
        return Ok(None);
    };
    Ok(if let Some(recalled) = &body.recall {
        Some(Push::GroupRecall(recall::decode_group(
            group, recalled, &body,
        )))
    } else if let Some(reacted) = &body.reaction {
        reaction::decode(group, reacted, &body).map(Push::Reaction)
    } else if let Some(essence) = &body.essence {
        Some(Push::Essence(essence::decode(group, essence)))
    } else if let Some(tip) = &body.tip {
        poke::decode_group(group, tip, &body).map(Push::Poke)
    } else {
        None
    })
}

/// The prefix and the body.
pub(super) fn encode(
    group: GroupUin,
    sub_kind: u32,
    kind: u32,
    envelope: &Envelope,
    body: NotifyBody,
) -> Bytes {
    let body = NotifyBody {
        r#type: Some(kind),
        time: Some(envelope.time),
        expires: Some(NEVER),
        group: Some(group.get()),
        ..body
    }
    .encode_to_vec();
    let mut payload = BytesMut::with_capacity(PREFIX + body.len());
    // Readers take the group from the body; the prefix holds what 32 bits can.
    payload.put_u32(u32::try_from(group.get()).unwrap_or(0));
    payload.put_u8(u8::try_from(sub_kind).unwrap_or(0));
    payload.put_u16(u16::try_from(body.len()).unwrap_or(u16::MAX));
    payload.put_slice(&body);
    payload.freeze()
}
