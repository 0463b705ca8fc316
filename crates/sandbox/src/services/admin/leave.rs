//! Leaving and dismissing a group. protocol/04 §6.8

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::requests::notice_kind,
    field::Required,
    proto::admin::{Done, LeaveRequest},
};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, GroupNotice, Role, World},
};

/// Leaves a group. The owner cannot leave, only dismiss the group.
fn leave(world: &mut World, actor: Uin, group: GroupUin) -> Result<(), Refusal> {
    if world.acting_member(group, actor)?.role == Role::Owner {
        let text = format!("{actor} owns group {group} and can only dismiss it");
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    world.remove_member(group, actor)?;
    world.add_group_notice(&GroupNotice::new(group, notice_kind::LEFT, actor, None))?;
    world.record(Some(actor), Change::MemberLeft { group });
    Ok(())
}

/// Dismisses a group. Only the owner can do this.
fn dismiss(world: &mut World, actor: Uin, group: GroupUin) -> Result<(), Refusal> {
    world.acting_owner(group, actor)?;
    let members = world.remove_group(group)?;
    world.record(Some(actor), Change::GroupDismissed { group, members });
    Ok(())
}

/// The owner's command dismisses the group: there is no other command for it.
pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: LeaveRequest,
) -> Result<Done, Refusal> {
    let group = request.group.required("group")?;
    match world.acting_member(group, caller.uin)?.role {
        Role::Owner => dismiss(world, caller.uin, group)?,
        Role::Admin | Role::Member => leave(world, caller.uin, group)?,
    }
    Ok(Done {})
}

/// Parameters of `leave_group` and `dismiss_group`.
#[derive(Debug, Deserialize)]
pub(super) struct LeaveAct {
    group: GroupUin,
}

pub(super) fn act_leave(world: &mut World, actor: Uin, act: LeaveAct) -> Result<Empty, Refusal> {
    leave(world, actor, act.group)?;
    Ok(Empty {})
}

pub(super) fn act_dismiss(world: &mut World, actor: Uin, act: LeaveAct) -> Result<Empty, Refusal> {
    dismiss(world, actor, act.group)?;
    Ok(Empty {})
}
