//! Typing notifications, which are pushed to the friend and not stored. protocol/02 §11.2, protocol/04 §8.4

use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    field::Required,
    proto::messages::{TypingReply, TypingRequest},
};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, World},
};

/// Notifies a friend that the actor has started or stopped typing.
fn notify(world: &mut World, actor: Uin, to: Uin, typing: bool) -> Result<(), Refusal> {
    if !world.are_friends(actor, to) {
        let text = format!("{actor} and {to} are not friends");
        return Err(Refusal::not_allowed(code::NOT_ACCEPTED, text));
    }
    world.record(Some(actor), Change::Typing { to, typing });
    Ok(())
}

pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: TypingRequest,
) -> Result<TypingReply, Refusal> {
    let to = request.to.unwrap_or_default();
    let uid: Uid = to.uid.required("uid")?;
    let friend = world.by_uid(uid)?;
    let typing = to.event == Some(TypingRequest::TYPING);
    notify(world, caller.uin, friend, typing)?;
    Ok(TypingReply::done())
}

/// Parameters of `typing`.
#[derive(Debug, Deserialize)]
pub(crate) struct TypingAct {
    to: Uin,
    typing: bool,
}

/// Notifies as a person.
pub(crate) fn act(world: &mut World, actor: Uin, act: TypingAct) -> Result<Empty, Refusal> {
    world.person(act.to)?;
    notify(world, actor, act.to, act.typing)?;
    Ok(Empty {})
}
