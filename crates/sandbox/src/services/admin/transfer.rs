//! Handing a group over to another member. protocol/04 §6.8

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    field::Required,
    proto::admin::{TransferReply, TransferRequest},
};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, Role, World},
};

/// Makes a member the owner; the owner is an ordinary member then. Only the owner can do this.
fn transfer(world: &mut World, actor: Uin, group: GroupUin, target: Uin) -> Result<(), Refusal> {
    world.acting_owner(group, actor)?;
    world.member(group, target)?;
    if target == actor {
        let text = format!("{actor} owns group {group} already");
        return Err(Refusal::bad_request(text));
    }
    if world.app_id(target)?.is_some() {
        let text = format!("{target} is a robot and cannot own a group");
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    world.update_group(group, |group| group.owner = target)?;
    world.update_member(group, actor, |member| member.role = Role::Member)?;
    world.update_member(group, target, |member| {
        member.role = Role::Owner;
        member.muted_until = 0;
    })?;
    world.record(Some(actor), Change::GroupTransferred { group, target });
    Ok(())
}

/// The request names both owners; the present one has to be the caller.
pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: TransferRequest,
) -> Result<TransferReply, Refusal> {
    let group = request.group.required("group")?;
    let from = world.by_uid(request.from_uid.required("from_uid")?)?;
    let to = world.by_uid(request.to_uid.required("to_uid")?)?;
    if from != caller.uin {
        let text = format!("{} is not {from}", caller.uin);
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    transfer(world, caller.uin, group, to)?;
    Ok(TransferReply::new(group))
}

/// Parameters of `transfer_group`.
#[derive(Debug, Deserialize)]
pub(super) struct TransferAct {
    group: GroupUin,
    target: Uin,
}

pub(super) fn act(world: &mut World, actor: Uin, act: TransferAct) -> Result<Empty, Refusal> {
    transfer(world, actor, act.group, act.target)?;
    Ok(Empty {})
}
