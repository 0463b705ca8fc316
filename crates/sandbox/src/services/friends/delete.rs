//! Deleting a friend, on one side or on both. protocol/04 §3.4

use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    field::Required,
    proto::{admin::Done, friends::DeleteFriendRequest},
};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::Refusal,
    router::Caller,
    world::{Change, World},
};

/// Deletes a friend from the actor's list and, with `both`, the actor from the friend's. `block`: the person cannot reach
/// the actor any more.
fn delete(
    world: &mut World,
    actor: Uin,
    friend: Uin,
    block: bool,
    both: bool,
) -> Result<(), Refusal> {
    world.remove_friend(actor, friend)?;
    let both = both && world.person(friend)?.friends().contains_key(&actor);
    if both {
        world.remove_friend(friend, actor)?;
    }
    if block {
        world.block(actor, friend)?;
    }
    let deleted = Change::FriendDeleted {
        friend,
        both,
        block,
    };
    world.record(Some(actor), deleted);
    Ok(())
}

pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: DeleteFriendRequest,
) -> Result<Done, Refusal> {
    let deleted = request.friend.unwrap_or_default();
    let uid: Uid = deleted.uid.required("uid")?;
    let friend = world.by_uid(uid)?;
    let block = deleted.block.unwrap_or(false);
    let both = deleted.both.unwrap_or(false);
    delete(world, caller.uin, friend, block, both)?;
    Ok(Done {})
}

/// Parameters of `delete_friend`.
#[derive(Debug, Deserialize)]
pub(crate) struct DeleteAct {
    target: Uin,
    #[serde(default = "yes")]
    both: bool,
    #[serde(default)]
    block: bool,
}

const fn yes() -> bool {
    true
}

/// Deletes a friend as a person.
pub(crate) fn act(world: &mut World, actor: Uin, act: DeleteAct) -> Result<Empty, Refusal> {
    world.person(act.target)?;
    delete(world, actor, act.target, act.block, act.both)?;
    Ok(Empty {})
}
