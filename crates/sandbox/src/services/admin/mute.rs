//! Muting a member, or everybody. protocol/04 §6.5, §6.6

use nekonap_ids::{GroupUin, Uin};
use serde::Deserialize;

use crate::{
    http::Nothing,
    refusal::{Refusal, code},
    world::{Change, World},
};

/// The longest mute: thirty days, seconds.
const LONGEST: u64 = 2_592_000;

/// What `mute_member` takes; 0 seconds lift a mute.
#[derive(Debug, Deserialize)]
pub(crate) struct MuteMember {
    group: GroupUin,
    target: Uin,
    seconds: u64,
}

/// What `mute_group` takes.
#[derive(Debug, Deserialize)]
pub(crate) struct MuteGroup {
    group: GroupUin,
    enable: bool,
}

/// Somebody mutes a member of lower rank.
pub(crate) fn member(world: &mut World, actor: Uin, act: MuteMember) -> Result<Nothing, Refusal> {
    let rank = world.acting_admin(act.group, actor)?.role;
    let target = world.member(act.group, act.target)?;
    if target.role >= rank {
        let text = format!("{actor} may not mute {}", act.target);
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    if act.seconds > LONGEST {
        let text = format!("`seconds` is {LONGEST} at most");
        return Err(Refusal::bad_request(text));
    }
    let mut muted = target.clone();
    muted.muted_until = if act.seconds == 0 {
        0
    } else {
        world.now() + act.seconds
    };
    world.save_member(act.group, act.target, &muted)?;
    world
        .group_mut(act.group)?
        .members
        .insert(act.target, muted);
    world.happened(Change::MemberMuted {
        group: act.group,
        actor,
        target: act.target,
        seconds: act.seconds,
    });
    Ok(Nothing {})
}

/// Somebody mutes everybody but owner and administrators, or lifts that.
pub(crate) fn group(world: &mut World, actor: Uin, act: MuteGroup) -> Result<Nothing, Refusal> {
    world.acting_admin(act.group, actor)?;
    let mut group = world.group(act.group)?.clone();
    if group.muted == act.enable {
        return Ok(Nothing {});
    }
    group.muted = act.enable;
    world.save_group(&group)?;
    world.group_mut(act.group)?.muted = act.enable;
    world.happened(Change::GroupMuted {
        group: act.group,
        actor,
        muted: act.enable,
    });
    Ok(Nothing {})
}
