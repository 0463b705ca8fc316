//! A member joined a group (protocol/05 §5.1).

use nekonap_ids::GroupUin;
use prost::Message as _;

use super::{
    Envelope, Origin, kinds,
    notices::{self, Content, Payload},
};
use crate::{
    bounded,
    command::DecodeError,
    message::Party,
    proto::push::{MemberChange, NestedOperator},
};

/// `kind` of a member whose request was accepted.
const ADMITTED: u32 = 130;
/// `kind` of a member whom another member invited.
const INVITED: u32 = 131;

/// A member joined a group; it may be the receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberJoined<P> {
    /// Group that was joined.
    pub group: GroupUin,
    /// New member.
    pub member: P,
    /// `true` if a member invited the new one, `false` if a request was accepted.
    pub invited: bool,
    /// Member who accepted or invited; `None` if nobody had to.
    pub operator: Option<P>,
}

impl<P> MemberJoined<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<MemberJoined<Q>> {
        Some(MemberJoined {
            group: self.group,
            member: find(self.member)?,
            invited: self.invited,
            operator: self.operator.and_then(find),
        })
    }
}

impl MemberJoined<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if content.kind != kinds::MEMBER_JOINED {
            return Ok(None);
        }
        let change: MemberChange = bounded::decode(&content.payload)?;
        Ok(named(&change).map(|(group, member)| Self {
            group,
            member,
            invited: change.kind == Some(INVITED),
            operator: operator(&change),
        }))
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        let bytes = MemberChange {
            group: Some(self.group.get()),
            flag: Some(1),
            member_uid: Some(notices::uid_text(Some(self.member))),
            kind: Some(if self.invited { INVITED } else { ADMITTED }),
            operator: Some(notices::uid_text(self.operator).into()),
        }
        .encode_to_vec()
        .into();
        Payload {
            kind: kinds::MEMBER_JOINED,
            sub_kind: 0,
            bytes,
        }
    }
}

/// Group and member of a change.
pub(super) fn named(change: &MemberChange) -> Option<(GroupUin, Party)> {
    let member = notices::by_uid(change.member_uid.as_deref());
    Some((notices::group(change.group)?, member?))
}

/// The operator is plain text or nested in a message; clients differ about which kinds nest, so the bytes decide
/// (protocol/05 §5.2).
pub(super) fn operator(change: &MemberChange) -> Option<Party> {
    let bytes = change
        .operator
        .as_deref()
        .filter(|bytes| !bytes.is_empty())?;
    // A uid never begins with the byte of the nested field's tag.
    if let Ok(nested) = bounded::decode::<NestedOperator>(bytes)
        && let Some(operator) = nested
            .operator
            .and_then(|operator| notices::by_uid(operator.uid.as_deref()))
    {
        return Some(operator);
    }
    notices::by_uid(std::str::from_utf8(bytes).ok())
}
