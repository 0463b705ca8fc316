//! A group's members, all or one. protocol/04 §5.4

use crate::proto::groups::MembersReply;

/// What field 13 of a member says of anybody but the owner.
const NO_OWNER: u32 = 1;

pub(super) fn members(reply: &mut MembersReply) {
    reply.group.get_or_insert_default();
    for member in &mut reply.members {
        let id = member.id.get_or_insert_default();
        id.uid.get_or_insert_default();
        member.owner.get_or_insert(NO_OWNER);
        member.join_time.get_or_insert_default();
        member.last_message_time.get_or_insert_default();
        if let Some(card) = &mut member.card {
            card.card.get_or_insert_default();
        }
        if let Some(level) = &mut member.level {
            level.level.get_or_insert_default();
        }
    }
}
