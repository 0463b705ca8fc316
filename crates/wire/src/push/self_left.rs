//! The account left a group, on any device, or was removed (protocol/05 §5.3).

use nekonap_ids::GroupUin;
use prost::Message as _;

use super::{
    Envelope, Origin, kinds,
    notices::{self, Content, Payload},
};
use crate::{bounded, command::DecodeError, proto::push::OwnMembership};

/// Sub type of 528: the receiver is no longer in a group.
const SUB: u32 = 212;

/// The account is no longer in a group. If it was removed, [`MemberLeft`](super::MemberLeft) of the account contains the
/// reason and comes before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelfLeft {
    /// Group that was left.
    pub group: GroupUin,
}

impl SelfLeft {
    pub(super) fn origin<P>(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<P, Q>(self, _: &mut impl FnMut(P) -> Option<Q>) -> Option<Self> {
        Some(self)
    }

    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if (content.kind, content.sub_kind) != (kinds::ACCOUNT, SUB) {
            return Ok(None);
        }
        let own: OwnMembership = bounded::decode(&content.payload)?;
        Ok(notices::group(own.group).map(|group| Self { group }))
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        let bytes = OwnMembership {
            group: Some(self.group.get()),
            ..OwnMembership::default()
        }
        .encode_to_vec()
        .into();
        Payload {
            kind: kinds::ACCOUNT,
            sub_kind: SUB,
            bytes,
        }
    }
}
