//! Signing in to groups. protocol/04 §7.1

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    command::DecodeError,
    proto::extras::{SignReply, SignRequest},
};
use serde::{Deserialize, Serialize};

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, Signed, World},
};

/// Signs a member in for today. A member who has already signed in gets the same answer.
fn sign_in(world: &mut World, actor: Uin, group: GroupUin) -> Result<Signed, Refusal> {
    world.acting_member(group, actor)?;
    if !world.group(group)?.sign_in {
        let text = format!("group {group} does not allow its members to sign in");
        return Err(Refusal::not_allowed(code::BAD_REQUEST, text));
    }
    let (signed, new) = world.sign_in(group, actor)?;
    if new {
        // The notice takes a sequence too.
        let notice = world.take_notice_sequence(group)?;
        let change = Change::SignedIn {
            group,
            rank: signed.rank,
            notice,
        };
        world.record(Some(actor), change);
    }
    Ok(signed)
}

/// The account is the caller, whatever the request says.
pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: SignRequest,
) -> Result<SignReply, Refusal> {
    let group = request.group().ok_or(DecodeError::Invalid("group"))?;
    let signed = sign_in(world, caller.uin, group)?;
    let days = world.days_signed(group, caller.uin)?;
    Ok(SignReply::new(group, days, signed.rank, signed.time))
}

/// Parameters of `sign_in_group`.
#[derive(Debug, Deserialize)]
pub(super) struct SignAct {
    group: GroupUin,
}

/// Reply of `sign_in_group`.
#[derive(Debug, Serialize)]
pub(super) struct SignedIn {
    /// The place in the order of the day, from 1.
    rank: u32,
    /// In Unix seconds.
    time: u64,
}

pub(super) fn act(world: &mut World, actor: Uin, act: SignAct) -> Result<SignedIn, Refusal> {
    let Signed { rank, time, .. } = sign_in(world, actor, act.group)?;
    Ok(SignedIn { rank, time })
}

/// Parameters of `allow_sign_in`.
#[derive(Debug, Deserialize)]
pub(super) struct AllowAct {
    group: GroupUin,
    enable: bool,
}

pub(super) fn act_allow(world: &mut World, actor: Uin, act: AllowAct) -> Result<Empty, Refusal> {
    let AllowAct { group, enable } = act;
    world.acting_admin(group, actor)?;
    if world.group(group)?.sign_in != enable {
        world.update_group(group, |group| group.sign_in = enable)?;
        world.record(Some(actor), Change::SignInAllowed { group, enable });
    }
    Ok(Empty {})
}
