//! A group was renamed (protocol/05 §5.20).

use nekonap_ids::{GroupUin, Sequence};

use super::{
    Envelope, Origin, group_body,
    notices::{self, Content, Payload},
};
use crate::{
    command::DecodeError,
    message::Party,
    proto::push::{NotifyBody, TextTip},
};

/// Service of a new name in the notify body.
const SERVICE: u32 = 12;
/// Type in the notify body.
const TYPE: u32 = 1;

/// A group has a new name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRenamed<P> {
    /// Group that was renamed.
    pub group: GroupUin,
    /// New name.
    pub name: String,
    /// Member who renamed it.
    pub operator: Option<P>,
    /// Sequence of the notice in the group.
    pub sequence: Sequence,
}

impl<P> GroupRenamed<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<GroupRenamed<Q>> {
        Some(GroupRenamed {
            group: self.group,
            name: self.name,
            operator: self.operator.and_then(find),
            sequence: self.sequence,
        })
    }
}

impl GroupRenamed<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        let Some(shared) = &content.group_body else {
            return Ok(None);
        };
        let body = &shared.body;
        if (content.sub_kind, body.service) != (group_body::GENERAL, Some(SERVICE)) {
            return Ok(None);
        }
        let name = body.text.as_ref().and_then(|text| text.content.clone());
        Ok(name.map(|name| Self {
            group: shared.group,
            name,
            operator: notices::by_uid(body.operator_uid.as_deref()),
            sequence: notices::sequence(body.msg_sequence),
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let body = NotifyBody {
            text: Some(TextTip {
                kind: Some(1),
                content: Some(self.name.clone()),
                ..TextTip::default()
            }),
            service: Some(SERVICE),
            operator_uid: Some(notices::uid_text(self.operator)),
            msg_sequence: Some(self.sequence.get()),
            ..NotifyBody::default()
        };
        group_body::encode(self.group, group_body::GENERAL, TYPE, envelope, body)
    }
}
