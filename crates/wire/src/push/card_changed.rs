//! A member has another card (protocol/05 §5.13, §5.16).

use nekonap_ids::GroupUin;

use super::{
    Envelope, Origin, change_list,
    notices::{self, Content, Payload},
};
use crate::{
    command::DecodeError,
    message::Party,
    proto::push::{ListedChange, MemberProfile, MemberProperty},
};

/// `op` of a changed member.
const OP: u32 = 81;
/// Number of the card among the properties of a member.
const CARD: u32 = 1;

/// A member of a group has another card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardChanged<P> {
    /// Group of the member.
    pub group: GroupUin,
    /// Member with the card.
    pub member: P,
    /// New card; empty if it was removed.
    pub card: String,
    /// Card before, if the receiver knows it. It is not pushed.
    pub before: Option<String>,
}

impl<P> CardChanged<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<CardChanged<Q>> {
        Some(CardChanged {
            group: self.group,
            member: find(self.member)?,
            card: self.card,
            before: self.before,
        })
    }
}

impl CardChanged<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        let changes = change_list::decode(content)?;
        Ok(changes.into_iter().find_map(Self::of))
    }

    fn of(change: ListedChange) -> Option<Self> {
        let member = change.member?;
        let card = member
            .properties
            .into_iter()
            .find(|property| property.property == Some(CARD))?;
        Some(Self {
            group: notices::group(member.group.filter(|group| *group != 0))
                .or_else(|| notices::group(member.group_uin))?,
            member: notices::by_uid(member.uid.as_deref())?,
            card: card.value.unwrap_or_default(),
            before: None,
        })
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        let member = MemberProfile {
            group_uin: Some(self.group.get()),
            uid: Some(notices::uid_text(Some(self.member))),
            properties: vec![MemberProperty {
                property: Some(CARD),
                value: Some(self.card.clone()),
            }],
            group: Some(self.group.get()),
        };
        change_list::encode(vec![ListedChange {
            op: Some(OP),
            member: Some(member),
            ..ListedChange::default()
        }])
    }
}
