//! Reactions to group messages: set, unset, who and which. protocol/02 §9

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::proto::messages::{
    ReactionReply, ReactionRequest, ReactionSummary, ReactionsReply, ReactionsRequest, Reactor,
    ReactorsReply, ReactorsRequest,
};
use serde::Deserialize;

use crate::{
    clock::seconds32,
    http::Nothing,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, Chat, World},
};

/// `kind` of a face, and of an emoji.
const FACE: u32 = 1;
const EMOJI: u32 = 2;
/// The first field of a summary, as it was seen.
const SUMMARY: u32 = 10;
/// Codes of more characters than this are emoji where the kind is not told.
const FACE_CHARACTERS: usize = 3;
/// The most characters of a code: the largest code point has seven digits.
const MOST_CHARACTERS: usize = 7;
/// How many different reactions a message has at most.
const MOST_KINDS: usize = 100;
/// How many people one page of reactors has at most.
const PAGE: usize = 100;

/// The rule: adds a reaction or takes it back. What is so already changes nothing, and is no error.
fn react(
    world: &mut World,
    actor: Uin,
    (group, sequence): (GroupUin, u64),
    (emoji_code, emoji): (&str, bool),
    set: bool,
) -> Result<(), Refusal> {
    message(world, actor, group, sequence)?;
    let digits = emoji_code.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || emoji_code.is_empty() || emoji_code.len() > MOST_CHARACTERS {
        return Err(
            Refusal::bad_request("`emoji` is the number of a face or of a code point")
                .coded(code::MALFORMED),
        );
    }
    if set {
        let there = world.reactions(group, sequence)?;
        if there.len() >= MOST_KINDS && there.iter().all(|one| one.code != emoji_code) {
            let text = format!("a message has at most {MOST_KINDS} reactions");
            return Err(Refusal::not_allowed(code::CONTENT, text));
        }
    }
    let changed = if set {
        world.add_reaction(group, sequence, actor, (emoji_code, emoji))?
    } else {
        world.remove_reaction(group, sequence, actor, emoji_code)?
    };
    if changed {
        let count = world
            .reactions(group, sequence)?
            .iter()
            .find(|reaction| reaction.code == emoji_code)
            .map_or(0, |reaction| reaction.by.len());
        world.happened(Change::Reacted {
            group,
            sequence,
            actor,
            code: emoji_code.to_owned(),
            emoji,
            added: set,
            count: u32::try_from(count).unwrap_or(u32::MAX),
        });
    }
    Ok(())
}

/// The message must be there, and the actor in its group.
fn message(world: &World, actor: Uin, group: GroupUin, sequence: u64) -> Result<(), Refusal> {
    world.acting_member(group, actor)?;
    world
        .said(Chat::Group(group), sequence)?
        .filter(|message| !message.recalled)
        .map(drop)
        .ok_or_else(|| Refusal::not_found(format!("group {group} has no message {sequence}")))
}

fn group(number: Option<u64>) -> Result<GroupUin, Refusal> {
    GroupUin::new(number.unwrap_or(0))
        .map_err(|_| Refusal::bad_request("`group_uin` names no group"))
}

/// A client reacts.
pub(crate) fn add(
    world: &mut World,
    caller: &Caller,
    request: ReactionRequest,
) -> Result<ReactionReply, Refusal> {
    command(world, caller, &request, true)
}

/// A client takes a reaction back.
pub(crate) fn remove(
    world: &mut World,
    caller: &Caller,
    request: ReactionRequest,
) -> Result<ReactionReply, Refusal> {
    command(world, caller, &request, false)
}

fn command(
    world: &mut World,
    caller: &Caller,
    request: &ReactionRequest,
    set: bool,
) -> Result<ReactionReply, Refusal> {
    let emoji = match request.kind.unwrap_or(0) {
        FACE => false,
        EMOJI => true,
        _ => {
            return Err(
                Refusal::bad_request("the emoji type must be above 0").coded(code::MALFORMED)
            );
        }
    };
    let place = (group(request.group_uin)?, request.sequence.unwrap_or(0));
    let emoji_code = request.code.clone().unwrap_or_default();
    react(world, caller.uin, place, (&emoji_code, emoji), set)?;
    Ok(ReactionReply {})
}

/// Who reacted with one code, page by page; the cookie is how many were told before.
pub(crate) fn reactors(
    world: &mut World,
    caller: &Caller,
    request: ReactorsRequest,
) -> Result<ReactorsReply, Refusal> {
    let group = group(request.group_uin)?;
    let sequence = request.sequence.unwrap_or(0);
    message(world, caller.uin, group, sequence)?;
    let wanted = request.code.unwrap_or_default();
    let all = world
        .reactions(group, sequence)?
        .into_iter()
        .find(|reaction| reaction.code == wanted)
        .map(|reaction| reaction.by)
        .unwrap_or_default();
    let start: usize = request
        .cookie
        .unwrap_or_default()
        .parse()
        .unwrap_or(0)
        .min(all.len());
    let count = usize::try_from(request.count.unwrap_or(0)).unwrap_or(PAGE);
    let count = if count == 0 { PAGE } else { count.min(PAGE) };
    let end = all.len().min(start + count);
    let last = end == all.len();
    Ok(ReactorsReply {
        reactors: all
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .map(|uin| Reactor {
                uin: Some(uin.get()),
            })
            .collect(),
        cookie: (!last).then(|| end.to_string()),
        last_page: Some(last),
        first_page: Some(start == 0),
    })
}

/// Which reactions a message has.
pub(crate) fn summary(
    world: &mut World,
    caller: &Caller,
    request: ReactionsRequest,
) -> Result<ReactionsReply, Refusal> {
    let group = group(request.group_uin)?;
    let sequence = request.sequence.unwrap_or(0);
    message(world, caller.uin, group, sequence)?;
    Ok(ReactionsReply {
        field_1: Some(SUMMARY),
        reactions: world
            .reactions(group, sequence)?
            .into_iter()
            .map(|reaction| ReactionSummary {
                time: Some(seconds32(reaction.time)),
                count: Some(u32::try_from(reaction.by.len()).unwrap_or(u32::MAX)),
                kind: Some(if reaction.emoji { EMOJI } else { FACE }),
                code: Some(reaction.code),
            })
            .collect(),
    })
}

/// What `react` takes.
#[derive(Debug, Deserialize)]
pub(crate) struct ReactAct {
    group: GroupUin,
    sequence: u64,
    emoji: String,
    set: bool,
}

/// Somebody reacts.
pub(crate) fn act(world: &mut World, actor: Uin, act: ReactAct) -> Result<Nothing, Refusal> {
    let emoji = act.emoji.chars().count() > FACE_CHARACTERS;
    let place = (act.group, act.sequence);
    react(world, actor, place, (&act.emoji, emoji), act.set)?;
    Ok(Nothing {})
}
