//! A group has another owner (protocol/05 §5.4).

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
    proto::push::{AdminBody, AdminChange, OwnerChange},
};

/// `state` of the push.
const HANDED_OVER: u32 = 255;

/// The owner of a group handed it over to another member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupTransferred<P> {
    /// The group.
    pub group: GroupUin,
    /// Owner before, an ordinary member now.
    pub from: P,
    /// Owner now.
    pub to: P,
}

impl<P> GroupTransferred<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<GroupTransferred<Q>> {
        Some(GroupTransferred {
            group: self.group,
            from: find(self.from)?,
            to: find(self.to)?,
        })
    }
}

impl GroupTransferred<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if content.kind != kinds::ADMIN {
            return Ok(None);
        }
        let change: AdminChange = bounded::decode(&content.payload)?;
        let owner = change.body.unwrap_or_default().owner.unwrap_or_default();
        let from = notices::by_uid(owner.from_uid.as_deref());
        let to = notices::by_uid(owner.to_uid.as_deref());
        Ok(
            (notices::group(change.group).zip(from).zip(to)).map(|((group, from), to)| Self {
                group,
                from,
                to,
            }),
        )
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        let bytes = AdminChange {
            group: Some(self.group.get()),
            flag: Some(1),
            state: Some(HANDED_OVER),
            body: Some(AdminBody {
                owner: Some(OwnerChange {
                    from_uid: Some(notices::uid_text(Some(self.from))),
                    to_uid: Some(notices::uid_text(Some(self.to))),
                }),
                ..AdminBody::default()
            }),
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

#[cfg(test)]
mod tests {
    use nekonap_ids::Uid;

    use super::*;
    use crate::push::Notice;

    #[test]
    fn owners_are_in_the_third_part_of_the_body() {
        let party = |text| Party::of_uid(Uid::new(text).expect("a uid"));
        let transferred = GroupTransferred {
            group: GroupUin::new(20001).expect("a group"),
            from: party("u_ab"),
            to: party("u_cd"),
        };
        let payload = transferred.encode(&Envelope::default());
        assert_eq!((payload.kind, payload.sub_kind), (44, 0));
        // 1: 20001, 2: 1, 3: 255, 4 { 3 { 1: "u_ab", 2: "u_cd" } }
        assert_eq!(
            hex::encode(&payload.bytes),
            "08a19c01100118ff01220e1a0c0a04755f61621204755f6364"
        );
        let content = Content {
            kind: 44,
            sub_kind: 0,
            payload: payload.bytes,
            group_body: None,
            envelope: Envelope::default(),
        };
        assert_eq!(
            Notice::decode(&content).expect("decodes"),
            Some(Notice::GroupTransferred(transferred))
        );
    }
}
