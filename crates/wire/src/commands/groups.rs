//! Groups and their members. protocol/04 §5.

use crate::{
    command::commands,
    proto::groups::{
        DetailsReply, DetailsRequest, GroupsReply, GroupsRequest, MembersReply, MembersRequest,
    },
};

commands! {
    /// Every group that one has joined, in one answer. protocol/04 §5.1
    GetGroups = 0xfe5 / 2, GroupsRequest => GroupsReply, complete groups;
    /// One group's facts. protocol/04 §5.2
    GetGroupDetails = 0x88d / 0, DetailsRequest => DetailsReply, complete details;
    /// A group's members, page by page. protocol/04 §5.4
    GetMembers = 0xfe7 / 3, MembersRequest => MembersReply, complete members;
    /// One member, where the request names one; else the list. protocol/04 §5.4
    GetMember = 0xfe7 / 4, MembersRequest => MembersReply, complete members;
}

/// What field 13 of a member says of anybody but the owner.
const NO_OWNER: u32 = 1;

fn groups(reply: &mut GroupsReply) {
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

fn details(reply: &mut DetailsReply) {
    if let Some(answer) = &mut reply.answer {
        answer.group.get_or_insert_default();
        answer.facts.get_or_insert_default();
    }
}

fn members(reply: &mut MembersReply) {
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
