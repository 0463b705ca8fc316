//! Muting a member or a whole group. protocol/04 §6.5, §6.6

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    field::Required,
    proto::admin::{Done, MuteRequest},
};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::Refusal,
    router::Caller,
    world::{Change, World},
};

/// Maximum length of a mute, in seconds: less than thirty days.
const MAX_MUTE: u32 = 2_591_999;

/// Mutes a member of lower rank for this many seconds; 0 lifts the mute.
fn member(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    target: Uin,
    seconds: u32,
) -> Result<(), Refusal> {
    world.outranked(group, actor, target)?;
    if seconds > MAX_MUTE {
        let text = format!("`seconds` is at most {MAX_MUTE}");
        return Err(Refusal::bad_request(text));
    }
    let until = match seconds {
        0 => 0,
        seconds => world.now() + u64::from(seconds),
    };
    world.update_member(group, target, |member| member.muted_until = until)?;
    let muted = Change::MemberMuted {
        group,
        target,
        seconds,
    };
    world.record(Some(actor), muted);
    Ok(())
}

/// Mutes all members except the owner and administrators, or lifts that mute.
pub(super) fn group(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    muted: bool,
) -> Result<(), Refusal> {
    world.acting_admin(group, actor)?;
    if world.group(group)?.muted == muted {
        return Ok(());
    }
    world.update_group(group, |group| group.muted = muted)?;
    world.record(Some(actor), Change::GroupMuted { group, muted });
    Ok(())
}

pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: MuteRequest,
) -> Result<Done, Refusal> {
    let group = request.group.required("group")?;
    for entry in request.entries {
        let target = world.by_uid(entry.uid.required("uid")?)?;
        member(world, caller.uin, group, target, entry.seconds.unwrap_or(0))?;
    }
    Ok(Done {})
}

/// Parameters of `mute_member`; 0 seconds lift the mute.
#[derive(Debug, Deserialize)]
pub(super) struct MuteMember {
    group: GroupUin,
    target: Uin,
    seconds: u32,
}

pub(super) fn member_act(world: &mut World, actor: Uin, act: MuteMember) -> Result<Empty, Refusal> {
    member(world, actor, act.group, act.target, act.seconds)?;
    Ok(Empty {})
}

/// Parameters of `mute_group`.
#[derive(Debug, Deserialize)]
pub(super) struct MuteGroup {
    group: GroupUin,
    enable: bool,
}

pub(super) fn group_act(world: &mut World, actor: Uin, act: MuteGroup) -> Result<Empty, Refusal> {
    group(world, actor, act.group, act.enable)?;
    Ok(Empty {})
}
