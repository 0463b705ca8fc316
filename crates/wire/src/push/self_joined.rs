//! The account joined a group (protocol/05 §5.3).

use nekonap_ids::GroupUin;
use prost::Message as _;

use super::{
    Envelope, Origin, kinds,
    notices::{self, Content, Payload},
};
use crate::{bounded, command::DecodeError, message::Party, proto::push::OwnMembership};

/// The account joined a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelfJoined<P> {
    /// Group that was joined.
    pub group: GroupUin,
    /// Member who accepted or invited.
    pub operator: Option<P>,
}

impl<P> SelfJoined<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<SelfJoined<Q>> {
        Some(SelfJoined {
            group: self.group,
            operator: self.operator.and_then(find),
        })
    }
}

impl SelfJoined<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if !matches!(content.kind, kinds::JOINED | kinds::OWN_GROUP) {
            return Ok(None);
        }
        let own: OwnMembership = bounded::decode(&content.payload)?;
        Ok(notices::group(own.group).map(|group| Self {
            group,
            operator: notices::by_uid(own.operator_uid.as_deref()),
        }))
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        let bytes = OwnMembership {
            group: Some(self.group.get()),
            flag: Some(1),
            operator_uid: Some(notices::uid_text(self.operator)),
            field_4: Some(0),
            field_6: Some(48),
            field_7: Some(String::new()),
        }
        .encode_to_vec()
        .into();
        Payload {
            kind: kinds::JOINED,
            sub_kind: 0,
            bytes,
        }
    }
}
