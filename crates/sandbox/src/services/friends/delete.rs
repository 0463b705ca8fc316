//! Deleting a friend, on both sides. protocol/04 §3.4

use nekonap_ids::Uin;
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::Refusal,
    world::{Change, World},
};

/// Parameters of `delete_friend`.
#[derive(Debug, Deserialize)]
pub(crate) struct DeleteAct {
    target: Uin,
}

/// Deletes a friend.
pub(crate) fn act(world: &mut World, actor: Uin, act: DeleteAct) -> Result<Empty, Refusal> {
    world.person(act.target)?;
    if !world.are_friends(actor, act.target) {
        let text = format!("{actor} and {} are not friends", act.target);
        return Err(Refusal::not_found(text));
    }
    world.remove_friendship(actor, act.target)?;
    let deleted = Change::FriendDeleted { friend: act.target };
    world.record(Some(actor), deleted);
    Ok(Empty {})
}
