//! A member left a group (protocol/05 §5.2).

use nekonap_ids::GroupUin;
use prost::Message as _;

use super::{
    Envelope, Origin, kinds,
    member_joined::{named, operator},
    notices::{self, Content, Payload},
};
use crate::{
    bounded,
    command::DecodeError,
    message::Party,
    proto::push::{MemberChange, NestedOperator, NestedUid},
};

/// `kind`: the member left voluntarily.
const BY_ITSELF: u32 = 130;
/// `kind`: the member was removed.
const REMOVED: u32 = 131;
/// `kind`: the receiver was removed.
const RECEIVER_REMOVED: u32 = 3;
/// `kind`: the owner dissolved the group.
const DISSOLVED: u32 = 129;
/// Value of [`DISSOLVED`] in the previous generation of the protocol.
const DISSOLVED_OLD: u32 = 1;

/// A member is no longer in a group; it may be the receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberLeft<P> {
    /// Group that was left.
    pub group: GroupUin,
    /// Member who left.
    pub member: P,
    /// Reason.
    pub how: Departure,
    /// Member who removed the other or dissolved the group.
    pub operator: Option<P>,
}

/// Reason why a member is no longer in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// The member left voluntarily.
    Left,
    /// The operator removed the member.
    Removed,
    /// The receiver was removed.
    ReceiverRemoved,
    /// The group was dissolved.
    Dissolved,
}

impl<P> MemberLeft<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<MemberLeft<Q>> {
        Some(MemberLeft {
            group: self.group,
            member: find(self.member)?,
            how: self.how,
            operator: self.operator.and_then(find),
        })
    }
}

impl MemberLeft<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if content.kind != kinds::MEMBER_LEFT {
            return Ok(None);
        }
        let change: MemberChange = bounded::decode(&content.payload)?;
        let how = match change.kind.unwrap_or(BY_ITSELF) {
            REMOVED => Departure::Removed,
            RECEIVER_REMOVED => Departure::ReceiverRemoved,
            DISSOLVED | DISSOLVED_OLD => Departure::Dissolved,
            _ => Departure::Left,
        };
        Ok(named(&change).map(|(group, member)| Self {
            group,
            member,
            how,
            operator: operator(&change),
        }))
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        let nested = self.operator.map(|operator| {
            NestedOperator {
                operator: Some(NestedUid {
                    uid: Some(notices::uid_text(Some(operator))),
                    field_2: Some(1),
                }),
            }
            .encode_to_vec()
            .into()
        });
        let bytes = MemberChange {
            group: Some(self.group.get()),
            flag: Some(1),
            member_uid: Some(notices::uid_text(Some(self.member))),
            kind: Some(match self.how {
                Departure::Left => BY_ITSELF,
                Departure::Removed => REMOVED,
                Departure::ReceiverRemoved => RECEIVER_REMOVED,
                Departure::Dissolved => DISSOLVED,
            }),
            operator: nested.filter(|_| self.how != Departure::Left),
        }
        .encode_to_vec()
        .into();
        Payload {
            kind: kinds::MEMBER_LEFT,
            sub_kind: 0,
            bytes,
        }
    }
}
