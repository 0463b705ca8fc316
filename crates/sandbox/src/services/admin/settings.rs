//! What members and robots may do in a group, and a member's own setting for its messages. protocol/04 §6.11 to §6.13

use std::ops::RangeInclusive;

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    field::Required,
    proto::admin::{
        Done, GroupRecord, MessageMaskReply, MessageMaskRequest, RobotOptionReply,
        RobotOptionRequest, SwitchBotRequest,
    },
};

use crate::{
    refusal::Refusal,
    router::Caller,
    world::{Change, Permissions, World},
};

/// The settings for the messages of a group. protocol/04 §6.12
const MASKS: RangeInclusive<u32> = 1..=4;

/// Changes the bits that the masks of the request select.
pub(super) fn permit(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    record: &GroupRecord,
) -> Result<(), Refusal> {
    let merged = |before: u32, mask: Option<u32>, bits: Option<u32>| {
        let mask = mask.unwrap_or(0);
        before & !mask | bits.unwrap_or(0) & mask
    };
    let before = world.group(group)?.permissions;
    let permissions = Permissions {
        privileges: merged(before.privileges, record.privilege_mask, record.privileges),
        flags: merged(before.flags, record.flags_mask, record.flags),
        ..before
    };
    set(world, actor, group, permissions)
}

/// Sets what members may do. Only the owner and administrators can do this.
fn set(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    permissions: Permissions,
) -> Result<(), Refusal> {
    world.acting_admin(group, actor)?;
    if world.group(group)?.permissions == permissions {
        return Ok(());
    }
    world.update_group(group, |group| group.permissions = permissions)?;
    let change = Change::PermissionsSet {
        group,
        privileges: permissions.privileges,
        flags: permissions.flags,
        robots_allowed: permissions.robots_allowed,
        robots_examined: permissions.robots_examined,
    };
    world.record(Some(actor), change);
    Ok(())
}

/// Sets how robots are added.
pub(super) fn robots(
    world: &mut World,
    caller: &Caller,
    request: RobotOptionRequest,
) -> Result<RobotOptionReply, Refusal> {
    let group: GroupUin = request.group.required("group")?;
    let option = request.option.unwrap_or_default();
    let switches = option.switches.unwrap_or_default();
    world.acting_admin(group, caller.uin)?;
    let before = world.group(group)?.permissions;
    let switch = |set: Option<u32>, before: bool| set.map_or(before, |set| set != 0);
    let permissions = Permissions {
        robots_allowed: switch(switches.allowed, before.robots_allowed),
        robots_examined: switch(switches.examined, before.robots_examined),
        ..before
    };
    set(world, caller.uin, group, permissions)?;
    Ok(RobotOptionReply {
        group: Some(group.get()),
        result: Some(0),
    })
}

/// Sets what happens with the messages of a group for the caller, whatever uid the request contains.
pub(super) fn message_mask(
    world: &mut World,
    caller: &Caller,
    request: MessageMaskRequest,
) -> Result<MessageMaskReply, Refusal> {
    let request = request.mask.unwrap_or_default();
    let group: GroupUin = request.group.required("group")?;
    let mask = request.member.unwrap_or_default().mask.unwrap_or(0);
    world.acting_member(group, caller.uin)?;
    if !MASKS.contains(&mask) {
        return Err(Refusal::bad_request(format!(
            "there is no message mask {mask}"
        )));
    }
    if world.member(group, caller.uin)?.message_mask != mask {
        world.update_member(group, caller.uin, |member| member.message_mask = mask)?;
        world.record(Some(caller.uin), Change::MessageMaskSet { group, mask });
    }
    Ok(MessageMaskReply::default())
}

/// Switches a bot on or off: any member counts as one. Only the owner and administrators can do this.
pub(super) fn switch_bot(
    world: &mut World,
    caller: &Caller,
    request: SwitchBotRequest,
) -> Result<Done, Refusal> {
    let group: GroupUin = request.group.required("group")?;
    let target: Uin = request.bot.required("bot")?;
    let enable = request.on.unwrap_or(0) != 0;
    world.acting_admin(group, caller.uin)?;
    if world.member(group, target)?.switched_off == enable {
        world.update_member(group, target, |member| member.switched_off = !enable)?;
        let change = Change::BotSwitched {
            group,
            target,
            enable,
        };
        world.record(Some(caller.uin), change);
    }
    Ok(Done {})
}
