//! How often everybody may still be mentioned. protocol/04 §7.3

use nekonap_wire::{
    field::Required,
    proto::admin::{EverybodyReply, EverybodyRequest},
};

use crate::{
    refusal::Refusal,
    router::Caller,
    world::{Role, World},
};

pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: EverybodyRequest,
) -> Result<EverybodyReply, Refusal> {
    let group = request.group.required("group")?;
    let role = world.acting_member(group, caller.uin)?.role;
    let (person, all) = world.everybody.left(group, caller.uin, world.now());
    let person = if role == Role::Member { 0 } else { person };
    Ok(EverybodyReply {
        allowed: Some(person > 0),
        left_for_person: Some(person),
        left_for_group: Some(all),
    })
}
