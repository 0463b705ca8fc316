//! The groups that one has joined. protocol/04 §5.1

use nekonap_wire::proto::groups::{
    GroupFacts, GroupOwner, GroupsReply, GroupsRequest, JoinedGroup, OwnFacts,
};

use crate::{
    clock::seconds32,
    refusal::Refusal,
    router::Caller,
    world::{Group, MAX_MEMBERS, Member, Role, World},
};

/// All that the caller is in, in one answer; every field, whatever the mask.
pub(crate) fn command(
    world: &mut World,
    caller: &Caller,
    _request: GroupsRequest,
) -> Result<GroupsReply, Refusal> {
    Ok(GroupsReply {
        groups: world
            .groups()
            .filter_map(|group| {
                let own = group.members().get(&caller.uin)?;
                Some(joined(world, group, own))
            })
            .collect(),
    })
}

fn joined(world: &World, group: &Group, own: &Member) -> JoinedGroup {
    let owner = world.find_person(group.owner);
    JoinedGroup {
        group: Some(group.uin.get()),
        facts: Some(GroupFacts {
            owner: Some(GroupOwner {
                uid: Some(owner.map(|owner| owner.uid.to_string()).unwrap_or_default()),
            }),
            create_time: Some(seconds32(group.created)),
            member_max: Some(MAX_MEMBERS),
            member_count: Some(group.count()),
            name: Some(group.name.clone()),
            top_time: Some(0),
            mute_all_until: Some(group.muted_until()),
            description: Some(String::new()),
            question: Some(String::new()),
            rich_description: Some(String::new()),
            announcement: Some(String::new()),
        }),
        own: Some(OwnFacts {
            last_speak_time: Some(seconds32(own.last_spoke)),
            role: Some(match own.role {
                Role::Member => 2,
                Role::Admin => 3,
                Role::Owner => 4,
            }),
            remark: Some(String::new()),
            mute_me_until: Some(seconds32(own.muted_until)),
            latest_seq: Some(group.sequence().get()),
            msg_mask: Some(1),
        }),
    }
}
