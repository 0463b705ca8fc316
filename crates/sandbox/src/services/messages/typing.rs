//! Typing: pushed to the friend at once, not stored. protocol/02 §11.2

use nekonap_ids::Uin;
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    world::{Change, World},
};

/// What `typing` takes.
#[derive(Debug, Deserialize)]
pub(crate) struct TypingAct {
    to: Uin,
    typing: bool,
}

/// Starts or stops typing to a friend.
pub(crate) fn act(world: &mut World, actor: Uin, act: TypingAct) -> Result<Empty, Refusal> {
    world.person(act.to)?;
    if !world.are_friends(actor, act.to) {
        let text = format!("{actor} and {} are not friends", act.to);
        return Err(Refusal::not_allowed(code::NOT_ACCEPTED, text));
    }
    let typing = Change::Typing {
        to: act.to,
        typing: act.typing,
    };
    world.record(Some(actor), typing);
    Ok(Empty {})
}
