//! A member became administrator of a group, or a member again (protocol/05 §5.4).

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
    proto::push::{AdminBody, AdminChange, AdminHalf},
};

/// The owner made a member administrator, or a member again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdminChanged<P> {
    /// Group of the member.
    pub group: GroupUin,
    /// Member whose role changed.
    pub member: P,
    /// `true` if the member is administrator now.
    pub set: bool,
}

impl<P> AdminChanged<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<AdminChanged<Q>> {
        Some(AdminChanged {
            group: self.group,
            member: find(self.member)?,
            set: self.set,
        })
    }
}

impl AdminChanged<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if content.kind != kinds::ADMIN {
            return Ok(None);
        }
        let change: AdminChange = bounded::decode(&content.payload)?;
        let body = change.body.unwrap_or_default();
        // Either half may be present but empty: the uid decides.
        let named = |half: Option<AdminHalf>| notices::by_uid(half?.uid.as_deref());
        let changed = named(body.set)
            .map(|member| (member, true))
            .or_else(|| named(body.unset).map(|member| (member, false)));
        Ok(changed
            .zip(notices::group(change.group))
            .map(|((member, set), group)| Self { group, member, set }))
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        let half = Some(AdminHalf {
            uid: Some(notices::uid_text(Some(self.member))),
            set: Some(self.set.into()),
        });
        let body = if self.set {
            AdminBody {
                set: half,
                ..AdminBody::default()
            }
        } else {
            AdminBody {
                unset: half,
                ..AdminBody::default()
            }
        };
        let bytes = AdminChange {
            group: Some(self.group.get()),
            flag: Some(1),
            state: Some(self.set.into()),
            body: Some(body),
        }
        .encode_to_vec()
        .into();
        Payload {
            kind: kinds::ADMIN,
            sub_kind: 0,
            bytes,
        }
    }
}
