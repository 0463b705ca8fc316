//! Pokes, in a group or a private chat. protocol/04 §3.9

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::messages::PokePlace,
    field::Required,
    proto::messages::{PokeReply, PokeRequest},
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
    if act.group.is_some() == act.peer.is_some() {
        return Err(Refusal::bad_request("either `group` or `peer` is needed"));
    }
    if let Some(group) = act.group {
        world.acting_member(group, actor)?;
    }
    let poke = world.pokes.newest(actor, |poke| match poke.place {
        Poked::Group { group, .. } => act.group == Some(group),
        Poked::Private { peer } => act.peer == Some(peer),
    });
    let RecentPoke { place, tip_id, .. } =
        poke.ok_or_else(|| Refusal::not_found(format!("{actor} has poked nobody in this chat")))?;
    world.record(Some(actor), Change::PokeWithdrawn { place, tip_id });
    world.pokes.remove(tip_id);
    Ok(Empty {})
}
