//! The groups that one has joined. protocol/04 §5.1

use crate::proto::groups::GroupsReply;

pub(super) fn groups(reply: &mut GroupsReply) {
    for group in &mut reply.groups {
        group.group.get_or_insert_default();
        let facts = group.facts.get_or_insert_default();
        let owner = facts.owner.get_or_insert_default();
        owner.uid.get_or_insert_default();
        facts.create_time.get_or_insert_default();
        facts.member_max.get_or_insert_default();
        facts.member_count.get_or_insert_default();
        facts.name.get_or_insert_default();
        let own = group.own.get_or_insert_default();
        own.last_speak_time.get_or_insert_default();
    }
}
