//! Who comes to a group and who goes. protocol/05 §5.1–§5.3

use bytes::Bytes;
use nekonap_ids::{GroupUin, Uid};
use prost::Message as _;

use super::{text, uid};
use crate::{
    bounded,
    command::DecodeError,
    proto::push::{MemberChange, NestedOperator, NestedUid, OwnMembership},
};

/// 528's sub type: the receiver is out of a group.
pub(super) const OUT: u32 = 212;
/// `kind` of a member that was admitted, and of one that left by itself.
const BY_ITSELF: u32 = 130;
/// `kind` of a member that was invited, and of one that was removed.
const BY_ANOTHER: u32 = 131;
/// `kind`: the receiver was removed.
const RECEIVER_REMOVED: u32 = 3;
/// `kind`: the owner dissolved the group.
const DISSOLVED: u32 = 129;
/// The previous generation's twin of [`DISSOLVED`].
const DISSOLVED_OLD: u32 = 1;

/// Somebody joined a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberJoined {
    /// Which.
    pub group: GroupUin,
    /// Who.
    pub member: Uid,
    /// Brought by a member, rather than admitted.
    pub invited: bool,
    /// Who agreed or invited; `None` when nobody had to.
    pub operator: Option<Uid>,
}

/// Somebody is out of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberLeft {
    /// Which.
    pub group: GroupUin,
    /// Who.
    pub member: Uid,
    /// How.
    pub how: Departure,
    /// Who removed them or dissolved the group.
    pub operator: Option<Uid>,
}

/// How somebody left a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// By itself.
    Left,
    /// Removed by the operator.
    Removed,
    /// The receiver itself was removed.
    ReceiverRemoved,
    /// The group was dissolved.
    Dissolved,
}

/// The account is now in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// Which.
    pub group: GroupUin,
    /// Who agreed or invited.
    pub operator: Option<Uid>,
}

pub(super) fn decode_joined(payload: &[u8]) -> Result<Option<MemberJoined>, DecodeError> {
    let change: MemberChange = bounded::decode(payload)?;
    let Some((group, member)) = named(&change) else {
        return Ok(None);
    };
    Ok(Some(MemberJoined {
        group,
        member,
        invited: change.kind == Some(BY_ANOTHER),
        operator: operator(&change),
    }))
}

pub(super) fn encode_joined(joined: &MemberJoined) -> Bytes {
    let operator = text(joined.operator).unwrap_or_default();
    MemberChange {
        group: Some(joined.group.get()),
        flag: Some(1),
        member_uid: text(Some(joined.member)),
        kind: Some(if joined.invited {
            BY_ANOTHER
        } else {
            BY_ITSELF
        }),
        operator: Some(operator.into()),
    }
    .encode_to_vec()
    .into()
}

pub(super) fn decode_left(payload: &[u8]) -> Result<Option<MemberLeft>, DecodeError> {
    let change: MemberChange = bounded::decode(payload)?;
    let Some((group, member)) = named(&change) else {
        return Ok(None);
    };
    let how = match change.kind.unwrap_or(BY_ITSELF) {
        BY_ANOTHER => Departure::Removed,
        RECEIVER_REMOVED => Departure::ReceiverRemoved,
        DISSOLVED | DISSOLVED_OLD => Departure::Dissolved,
        _ => Departure::Left,
    };
    Ok(Some(MemberLeft {
        group,
        member,
        how,
        operator: operator(&change),
    }))
}

pub(super) fn encode_left(left: &MemberLeft) -> Bytes {
    let nested = left.operator.map(|operator| {
        NestedOperator {
            operator: Some(NestedUid {
                uid: text(Some(operator)),
                field_2: Some(1),
            }),
        }
        .encode_to_vec()
        .into()
    });
    MemberChange {
        group: Some(left.group.get()),
        flag: Some(1),
        member_uid: text(Some(left.member)),
        kind: Some(match left.how {
            Departure::Left => BY_ITSELF,
            Departure::Removed => BY_ANOTHER,
            Departure::ReceiverRemoved => RECEIVER_REMOVED,
            Departure::Dissolved => DISSOLVED,
        }),
        operator: nested.filter(|_| left.how != Departure::Left),
    }
    .encode_to_vec()
    .into()
}

pub(super) fn decode_own(payload: &[u8]) -> Result<Option<Joined>, DecodeError> {
    let own: OwnMembership = bounded::decode(payload)?;
    Ok(super::group(own.group).map(|group| Joined {
        group,
        operator: uid(own.operator_uid.as_deref()),
    }))
}

pub(super) fn encode_own(joined: &Joined) -> Bytes {
    OwnMembership {
        group: Some(joined.group.get()),
        flag: Some(1),
        operator_uid: Some(text(joined.operator).unwrap_or_default()),
        field_4: Some(0),
        field_6: Some(48),
        field_7: Some(String::new()),
    }
    .encode_to_vec()
    .into()
}

pub(super) fn decode_out(payload: &[u8]) -> Result<Option<GroupUin>, DecodeError> {
    let own: OwnMembership = bounded::decode(payload)?;
    Ok(super::group(own.group))
}

pub(super) fn encode_out(group: GroupUin) -> Bytes {
    OwnMembership {
        group: Some(group.get()),
        ..OwnMembership::default()
    }
    .encode_to_vec()
    .into()
}

fn named(change: &MemberChange) -> Option<(GroupUin, Uid)> {
    Some((
        super::group(change.group)?,
        uid(change.member_uid.as_deref())?,
    ))
}

/// Plain text, or nested in a message: which kinds nest is not agreed on, so the bytes decide.
fn operator(change: &MemberChange) -> Option<Uid> {
    let bytes = change
        .operator
        .as_deref()
        .filter(|bytes| !bytes.is_empty())?;
    if bytes[0] == 0x0a
        && let Ok(nested) = bounded::decode::<NestedOperator>(bytes)
        && let Some(operator) = nested
            .operator
            .and_then(|operator| uid(operator.uid.as_deref()))
    {
        return Some(operator);
    }
    uid(std::str::from_utf8(bytes).ok())
}
