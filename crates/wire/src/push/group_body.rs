//! Body that several group notices share: recalls, tips, essence, reactions (protocol/05 §4).

use bytes::{BufMut, BytesMut};
use nekonap_ids::GroupUin;
use prost::Message as _;

use super::{
    Envelope, kinds,
    notices::{self, Payload},
};
use crate::{bounded, command::DecodeError, proto::push::NotifyBody};

/// Sub type of 732 for notices that are distinguished by service.
pub(super) const GENERAL: u32 = 16;
/// Sub type of 732 for a recall.
pub(super) const RECALL: u32 = 17;
/// Sub type of 732 for a templated grey tip.
pub(super) const TIP: u32 = 20;
/// Sub type of 732 for essence.
pub(super) const ESSENCE: u32 = 21;
/// Length of the prefix in bytes: group, sub type and length.
const PREFIX: usize = 7;
/// Value of `expires` for a notice that does not expire.
const NEVER: u64 = 0xffff_ffff;

/// The shared body and its group. The part that is present decides the kind of notice; the sub type only narrows it.
pub(super) struct GroupBody {
    pub(super) group: GroupUin,
    pub(super) body: NotifyBody,
}

/// Decodes the shared body; `None` for a sub type without one, and if no group is given.
pub(super) fn decode(sub_kind: u32, payload: &[u8]) -> Result<Option<GroupBody>, DecodeError> {
    if !matches!(sub_kind, GENERAL | RECALL | TIP | ESSENCE) {
        return Ok(None);
    }
    let Some((prefix, rest)) = payload.split_first_chunk::<PREFIX>() else {
        return Err(DecodeError::Short("notify prefix"));
    };
    let length = usize::from(u16::from_be_bytes([prefix[5], prefix[6]]));
    let body: NotifyBody = bounded::decode(rest.get(..length).unwrap_or(rest))?;
    let prefix_group = u32::from_be_bytes([prefix[0], prefix[1], prefix[2], prefix[3]]);
    let group =
        notices::group(body.group).or_else(|| notices::group(Some(u64::from(prefix_group))));
    Ok(group.map(|group| GroupBody { group, body }))
}

/// Encodes the prefix and the body.
pub(super) fn encode(
    group: GroupUin,
    sub_kind: u32,
    r#type: u32,
    envelope: &Envelope,
    body: NotifyBody,
) -> Payload {
    let body = NotifyBody {
        r#type: Some(r#type),
        time: Some(envelope.time),
        expires: Some(NEVER),
        group: Some(group.get()),
        ..body
    }
    .encode_to_vec();
    let mut bytes = BytesMut::with_capacity(PREFIX + body.len());
    // Readers take the group from the body; the prefix can only hold 32 bits.
    bytes.put_u32(u32::try_from(group.get()).unwrap_or(0));
    bytes.put_u8(u8::try_from(sub_kind).unwrap_or(0));
    bytes.put_u16(u16::try_from(body.len()).unwrap_or(u16::MAX));
    bytes.put_slice(&body);
    Payload {
        kind: kinds::GROUP,
        sub_kind,
        bytes: bytes.freeze(),
    }
}
