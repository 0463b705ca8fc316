//! Changes of a member: card and title (protocol/04 §6.2, §6.3).

use nekonap_ids::{GroupUin, Uid};

use crate::proto::admin::{ChangeMemberRequest, MemberRecord};

/// `title_expires` of a title that does not expire.
const FOR_EVER: i32 = -1;

impl ChangeMemberRequest {
    /// For [`SetCard`](super::SetCard): the member's name in the group; `""` removes it.
    pub fn card(group: GroupUin, member: Uid, card: String) -> Self {
        Self::new(
            group,
            MemberRecord {
                uid: Some(member.to_string()),
                card: Some(card),
                ..MemberRecord::default()
            },
        )
    }

    /// For [`SetTitle`](super::SetTitle): a title that does not expire; `""` removes it.
    pub fn title(group: GroupUin, member: Uid, title: String) -> Self {
        Self::new(
            group,
            MemberRecord {
                uid: Some(member.to_string()),
                title: Some(title.clone()),
                title_expires: Some(FOR_EVER),
                title_again: Some(title),
                card: None,
            },
        )
    }

    fn new(group: GroupUin, member: MemberRecord) -> Self {
        Self {
            group: Some(group.get()),
            members: vec![member],
        }
    }
}
