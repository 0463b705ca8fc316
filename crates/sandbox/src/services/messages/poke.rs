//! Pokes, in a group or a private chat. protocol/04 §3.9

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::messages::PokePlace,
    field::Required,
    proto::messages::{PokeReply, PokeRequest, WithdrawPokeReply, WithdrawPokeRequest},
};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, PokeWords, Poked, RecentPoke, World},
};

/// Maximum length of each text of a poke, in bytes. All its texts together then fit into one push.
const MAX_TEXT: usize = 1_024;

/// Pokes a person in a group or a private chat.
fn poke(
    world: &mut World,
    actor: Uin,
    target: Uin,
    place: PokePlace,
    words: PokeWords,
) -> Result<(), Refusal> {
    for (name, word) in [
        ("action", &words.action),
        ("suffix", &words.suffix),
        ("image", &words.image),
    ] {
        if word.len() > MAX_TEXT {
            let text = format!("`{name}` is longer than {MAX_TEXT} bytes");
            return Err(Refusal::bad_request(text));
        }
    }
    let place = match place {
        PokePlace::Group(group) => {
            world.acting_member(group, actor)?;
            world.member(group, target)?;
            let notice = world.take_notice_sequence(group)?;
            Poked::Group { group, notice }
        }
        PokePlace::Private(peer) => {
            world.person(peer)?;
            if !world.are_friends(actor, peer) && actor != peer {
                let text = format!("{actor} and {peer} are not friends");
                return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
            }
            if target != actor && target != peer {
                let text = format!("{target} is not in this chat");
                return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
            }
            Poked::Private { peer }
        }
    };
    let tip_id = rand::random_range(1..=u64::from(u32::MAX));
    let change = Change::Poked {
        place,
        target,
        words,
        tip_id,
    };
    world.record(Some(actor), change);
    world.pokes.add(RecentPoke {
        by: actor,
        place,
        tip_id,
    });
    Ok(())
}

/// Handles a client's poke command.
pub(crate) fn command(
    world: &mut World,
    caller: &Caller,
    request: PokeRequest,
) -> Result<PokeReply, Refusal> {
    let target = request.to_uin.required("to_uin")?;
    let words = PokeWords::default();
    poke(world, caller.uin, target, request.place()?, words)?;
    Ok(PokeReply {})
}

/// Parameters of `poke`.
#[derive(Debug, Deserialize)]
pub(crate) struct PokeAct {
    target: Uin,
    group: Option<GroupUin>,
    #[serde(flatten)]
    words: PokeWords,
}

/// Pokes as a person, over the HTTP API.
pub(crate) fn act(world: &mut World, actor: Uin, act: PokeAct) -> Result<Empty, Refusal> {
    let place = act
        .group
        .map_or(PokePlace::Private(act.target), PokePlace::Group);
    poke(world, actor, act.target, place, act.words)?;
    Ok(Empty {})
}

/// Parameters of `withdraw_poke`: one of the two.
#[derive(Debug, Deserialize)]
pub(crate) struct WithdrawAct {
    group: Option<GroupUin>,
    peer: Option<Uin>,
}

/// Takes the actor's newest poke in a chat back.
pub(crate) fn act_withdraw(
    world: &mut World,
    actor: Uin,
    act: WithdrawAct,
) -> Result<Empty, Refusal> {
    let place = match (act.group, act.peer) {
        (Some(group), None) => PokePlace::Group(group),
        (None, Some(peer)) => PokePlace::Private(peer),
        _ => return Err(Refusal::bad_request("either `group` or `peer` is needed")),
    };
    withdraw(world, actor, place, None)?;
    Ok(Empty {})
}

/// Takes a poke of the actor back: the one with this tip, or the newest in the chat.
fn withdraw(
    world: &mut World,
    actor: Uin,
    place: PokePlace,
    tip: Option<u64>,
) -> Result<(), Refusal> {
    if let PokePlace::Group(group) = place {
        world.acting_member(group, actor)?;
    }
    let poke = world.pokes.newest(actor, |poke| {
        let here = match poke.place {
            Poked::Group { group, .. } => place == PokePlace::Group(group),
            Poked::Private { peer } => place == PokePlace::Private(peer),
        };
        here && tip.is_none_or(|tip| tip == poke.tip_id)
    });
    let RecentPoke { place, tip_id, .. } = poke.ok_or_else(|| {
        let text = format!("{actor} has no such poke in this chat");
        Refusal::not_found(text)
    })?;
    world.record(Some(actor), Change::PokeWithdrawn { place, tip_id });
    world.pokes.remove(tip_id);
    Ok(())
}

/// Handles a client's command that takes a poke back.
pub(super) fn withdraw_command(
    world: &mut World,
    caller: &Caller,
    request: WithdrawPokeRequest,
) -> Result<WithdrawPokeReply, Refusal> {
    let (place, tip) = request.poke()?;
    withdraw(world, caller.uin, place, Some(tip))?;
    Ok(WithdrawPokeReply {})
}
