//! Typing notifications, which are pushed to the friend and not stored. protocol/02 §11.2

use nekonap_ids::Uin;
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    world::{Change, World},
};

/// Parameters of `typing`.
#[derive(Debug, Deserialize)]
pub(crate) struct TypingAct {
    to: Uin,
    typing: bool,
}

/// Notifies a friend that the actor has started or stopped typing.
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
