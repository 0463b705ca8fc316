//! The groups of an account. protocol/04 §5.1

use nekonap_wire::{
    commands::groups,
    proto::groups::{GroupsReply, GroupsRequest, JoinedGroup},
};

use crate::{
    refusal::Refusal,
    router::Caller,
    world::{Group, MAX_MEMBERS, Member, World},
};

/// Returns all groups of the caller, with all fields. The mask is ignored.
pub(crate) fn command(
    world: &mut World,
    caller: &Caller,
    _request: GroupsRequest,
) -> Result<GroupsReply, Refusal> {
    let groups = world
        .groups()
        .filter_map(|group| {
            let own = group.members().get(&caller.uin)?;
            Some(joined(world, group, own))
        })
        .collect::<Result<_, _>>()?;
    Ok(GroupsReply { groups })
}

/// Maximum length of the newest notice in the list, in characters.
const MAX_ANNOUNCEMENT: usize = 30;

fn joined(world: &World, group: &Group, own: &Member) -> Result<JoinedGroup, Refusal> {
    let announcement = world.newest_notice(group.uin)?;
    Ok(groups::Group {
        uin: group.uin,
        name: group.name.clone(),
        remark: own.remark.clone(),
        member_count: group.count(),
        max_members: MAX_MEMBERS,
        created: group.created,
        owner: world.find_person(group.owner).map(|owner| owner.uid),
        description: String::new(),
        announcement: announcement.chars().take(MAX_ANNOUNCEMENT).collect(),
        question: group.joining.question.clone(),
        all_muted: group.muted_until() > 0,
        muted_until: own.muted_until,
        last_spoke: own.last_spoke,
        role: Some(own.role.into()),
        latest: Some(group.sequence()),
    }
    .encode())
}
