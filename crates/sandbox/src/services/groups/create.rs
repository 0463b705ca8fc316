//! Creating a group. api/sandbox §3, `create_group`

use std::collections::BTreeMap;

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::commands::admin::Permission;
use serde::{Deserialize, Serialize};

use crate::{
    refusal::Refusal,
    world::{Change, Group, MAX_MEMBERS, MAX_NAME, Member, Role, World},
};

/// Parameters of `create_group`.
#[derive(Debug, Deserialize)]
pub(crate) struct CreateAct {
    name: String,
    members: Vec<Uin>,
}

/// Reply of `create_group`.
#[derive(Debug, Serialize)]
pub(crate) struct Created {
    group: GroupUin,
}

/// Creates a group with the actor as owner and the invited people as members.
pub(crate) fn act(world: &mut World, actor: Uin, act: CreateAct) -> Result<Created, Refusal> {
    world.person(actor)?;
    if act.name.trim().is_empty() || act.name.chars().count() > MAX_NAME {
        let text = format!("`name` has 1 to {MAX_NAME} characters");
        return Err(Refusal::bad_request(text));
    }
    let mut invited = Vec::new();
    for uin in act.members {
        world.person(uin)?;
        reachable(world, actor, uin)?;
        if uin != actor && !invited.contains(&uin) {
            invited.push(uin);
        }
    }
    if invited.len() >= usize::try_from(MAX_MEMBERS).unwrap_or(usize::MAX) {
        let text = format!("a group has at most {MAX_MEMBERS} members");
        return Err(Refusal::bad_request(text));
    }
    let now = world.now();
    let mut members = BTreeMap::from([(actor, Member::new(Role::Owner, now))]);
    for uin in &invited {
        members.insert(*uin, Member::new(Role::Member, now));
    }
    let group = world.free_group()?;
    world.add_group(Group::new(group, act.name, actor, now), members)?;
    world.record(Some(actor), Change::GroupCreated { group, invited });
    Ok(Created { group })
}

/// Checks that the actor can create a group with a person whom it knows from groups only: one of these groups has to permit it.
fn reachable(world: &World, actor: Uin, person: Uin) -> Result<(), Refusal> {
    if actor == person || world.are_friends(actor, person) {
        return Ok(());
    }
    let shared = world.groups().filter(|group| {
        let members = group.members();
        members.contains_key(&actor) && members.contains_key(&person)
    });
    let mut refused = Ok(());
    for group in shared {
        refused = world.permitted(group.uin, actor, Permission::CreateGroup);
        if refused.is_ok() {
            break;
        }
    }
    refused
}
