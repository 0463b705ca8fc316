//! Administrators. protocol/04 §6.4

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::requests::notice_kind,
    field::Required,
    proto::admin::{Done, SetAdminRequest},
};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::Refusal,
    router::Caller,
    world::{Change, GroupNotice, Role, World},
};

/// Makes a member administrator, or a member again. Only the owner can do this.
fn set(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    target: Uin,
    enable: bool,
) -> Result<(), Refusal> {
    world.acting_owner(group, actor)?;
    world.outranked(group, actor, target)?;
    let role = if enable { Role::Admin } else { Role::Member };
    if world.member(group, target)?.role == role {
        return Ok(());
    }
    world.update_member(group, target, |member| member.role = role)?;
    let changed = |kind| GroupNotice::new(group, kind, target, Some(actor));
    if enable {
        world.add_group_notice(&changed(notice_kind::ADMIN_SET))?;
    } else {
        world.add_group_notice(&changed(notice_kind::ADMIN_UNSET))?;
        let own = changed(notice_kind::RECEIVER_ADMIN_UNSET).only_for(target);
        world.add_group_notice(&own)?;
    }
    let set = Change::AdminSet {
        group,
        target,
        enable,
    };
    world.record(Some(actor), set);
    Ok(())
}

pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: SetAdminRequest,
) -> Result<Done, Refusal> {
    let group = request.group.required("group")?;
    let target = world.by_uid(request.uid.required("uid")?)?;
    let enable = request.set.unwrap_or(false);
    set(world, caller.uin, group, target, enable)?;
    Ok(Done {})
}

/// Parameters of `set_admin`.
#[derive(Debug, Deserialize)]
pub(super) struct AdminAct {
    group: GroupUin,
    target: Uin,
    enable: bool,
}

pub(super) fn act(world: &mut World, actor: Uin, act: AdminAct) -> Result<Empty, Refusal> {
    set(world, actor, act.group, act.target, act.enable)?;
    Ok(Empty {})
}
