//! Muting a member or a whole group. protocol/04 §6.5, §6.6

use nekonap_ids::{GroupUin, Uin};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    world::{Change, World},
};

/// Maximum length of a mute, in seconds: thirty days.
const MAX_MUTE: u64 = 2_592_000;

/// Parameters of `mute_member`; 0 seconds lift the mute.
#[derive(Debug, Deserialize)]
pub(crate) struct MuteMember {
    group: GroupUin,
    target: Uin,
    seconds: u64,
}

/// Parameters of `mute_group`.
#[derive(Debug, Deserialize)]
pub(crate) struct MuteGroup {
    group: GroupUin,
    enable: bool,
}

/// Mutes a member of lower rank.
pub(crate) fn member(world: &mut World, actor: Uin, act: MuteMember) -> Result<Empty, Refusal> {
    let rank = world.acting_admin(act.group, actor)?.role;
    let target = world.member(act.group, act.target)?;
    if target.role >= rank {
        let text = format!("{actor} may not mute {}", act.target);
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    if act.seconds > MAX_MUTE {
        let text = format!("`seconds` is at most {MAX_MUTE}");
        return Err(Refusal::bad_request(text));
    }
    let until = if act.seconds == 0 {
        0
    } else {
        world.now() + act.seconds
    };
    world.update_member(act.group, act.target, |member| member.muted_until = until)?;
    let muted = Change::MemberMuted {
        group: act.group,
        target: act.target,
        seconds: act.seconds,
    };
    world.record(Some(actor), muted);
    Ok(Empty {})
}

/// Mutes all members except the owner and administrators, or lifts that mute.
pub(crate) fn group(world: &mut World, actor: Uin, act: MuteGroup) -> Result<Empty, Refusal> {
    world.acting_admin(act.group, actor)?;
    if world.group(act.group)?.muted == act.enable {
        return Ok(Empty {});
    }
    world.update_group(act.group, |group| group.muted = act.enable)?;
    let muted = Change::GroupMuted {
        group: act.group,
        muted: act.enable,
    };
    world.record(Some(actor), muted);
    Ok(Empty {})
}
