//! Removing members. protocol/04 §6.7

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::requests::notice_kind,
    field::Required,
    proto::admin::{Done, KickRequest},
};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::Refusal,
    router::Caller,
    world::{Change, GroupNotice, World},
};

/// Removes members of lower rank. With `forever`, the group refuses their applications.
fn kick(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    targets: &[Uin],
    forever: bool,
) -> Result<(), Refusal> {
    for target in targets {
        world.outranked(group, actor, *target)?;
    }
    for target in targets {
        world.remove_member(group, *target)?;
        let removed = |kind| GroupNotice::new(group, kind, *target, Some(actor));
        world.add_group_notice(&removed(notice_kind::REMOVED))?;
        let own = removed(notice_kind::RECEIVER_REMOVED).only_for(*target);
        world.add_group_notice(&own)?;
        if forever {
            world.refuse_applicant(group, *target)?;
        }
        let kicked = Change::MemberKicked {
            group,
            target: *target,
            forever,
        };
        world.record(Some(actor), kicked);
    }
    Ok(())
}

pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: KickRequest,
) -> Result<Done, Refusal> {
    let group = request.group.required("group")?;
    let mut targets = Vec::new();
    for uid in &request.uids {
        let target = world.by_uid(Some(uid.as_str()).required("uid")?)?;
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    let forever = request.forever.unwrap_or(false);
    kick(world, caller.uin, group, &targets, forever)?;
    Ok(Done {})
}

/// Parameters of `kick_member`.
#[derive(Debug, Deserialize)]
pub(super) struct KickAct {
    group: GroupUin,
    target: Uin,
    #[serde(default)]
    forever: bool,
}

pub(super) fn act(world: &mut World, actor: Uin, act: KickAct) -> Result<Empty, Refusal> {
    kick(world, actor, act.group, &[act.target], act.forever)?;
    Ok(Empty {})
}
