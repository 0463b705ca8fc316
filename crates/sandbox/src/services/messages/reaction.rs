//! Reactions to group messages: adding, removing, listing. protocol/02 §9

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::{
    command::DecodeError,
    commands::messages::{ReactionCount, ReactorPage},
    field::Required,
    message::Emoji,
    proto::messages::{
        ReactionReply, ReactionRequest, ReactionsReply, ReactionsRequest, ReactorsReply,
        ReactorsRequest,
    },
};
use serde::Deserialize;

use crate::{
    clock::seconds32,
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, Chat, World},
};

/// Maximum number of different reactions to a message.
const MAX_KINDS: usize = 100;
/// Maximum number of people in a page of reactors.
const PAGE_SIZE: usize = 100;

/// Adds or removes a reaction. Adding an existing reaction or removing a missing one is not an error.
fn react(
    world: &mut World,
    actor: Uin,
    (group, sequence): (GroupUin, Sequence),
    emoji: Emoji,
    set: bool,
) -> Result<(), Refusal> {
    message(world, actor, group, sequence)?;
    if set {
        let there = world.reactions(group, sequence)?;
        if there.len() >= MAX_KINDS && there.iter().all(|one| one.emoji != emoji) {
            let text = format!("a message has at most {MAX_KINDS} reactions");
            return Err(Refusal::not_allowed(code::CONTENT, text));
        }
    }
    let changed = if set {
        world.add_reaction(group, sequence, actor, emoji)?
    } else {
        world.remove_reaction(group, sequence, actor, emoji)?
    };
    if changed {
        let count = world
            .reactions(group, sequence)?
            .iter()
            .find(|reaction| reaction.emoji == emoji)
            .map_or(0, |reaction| reaction.by.len());
        let reacted = Change::Reacted {
            group,
            sequence,
            emoji,
            added: set,
            count: u32::try_from(count).unwrap_or(u32::MAX),
        };
        world.record(Some(actor), reacted);
    }
    Ok(())
}

/// Checks that the actor is in the group and that the message exists.
fn message(world: &World, actor: Uin, group: GroupUin, sequence: Sequence) -> Result<(), Refusal> {
    world.acting_member(group, actor)?;
    world
        .message(Chat::Group(group), sequence)?
        .filter(|message| !message.recalled)
        .map(drop)
        .ok_or_else(|| Refusal::not_found(format!("group {group} has no message {sequence}")))
}

/// Adds a reaction, for a client.
pub(crate) fn add(
    world: &mut World,
    caller: &Caller,
    request: ReactionRequest,
) -> Result<ReactionReply, Refusal> {
    command(world, caller, &request, true)
}

/// Removes a reaction, for a client.
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
    let emoji = request.emoji().map_err(|error| match error {
        // The error text of the real server (protocol/04 §1.1).
        DecodeError::Missing("kind") => {
            Refusal::bad_request("the emoji type must be above 0").coded(code::MALFORMED)
        }
        error => error.into(),
    })?;
    let group = request.group_uin.required("group_uin")?;
    let sequence: Sequence = request.sequence.required("sequence")?;
    react(world, caller.uin, (group, sequence), emoji, set)?;
    Ok(ReactionReply {})
}

/// Returns a page of the people who reacted with one emoji. The cookie is the number of people on earlier pages.
pub(crate) fn reactors(
    world: &mut World,
    caller: &Caller,
    request: ReactorsRequest,
) -> Result<ReactorsReply, Refusal> {
    let group = request.group_uin.required("group_uin")?;
    let sequence = request.sequence.required("sequence")?;
    message(world, caller.uin, group, sequence)?;
    let wanted = request.code.unwrap_or_default();
    let all = world
        .reactions(group, sequence)?
        .into_iter()
        .find(|reaction| reaction.emoji.code() == wanted)
        .map(|reaction| reaction.by)
        .unwrap_or_default();
    let start: usize = request
        .cookie
        .unwrap_or_default()
        .parse()
        .unwrap_or(0)
        .min(all.len());
    let count = usize::try_from(request.count.unwrap_or(0)).unwrap_or(PAGE_SIZE);
    let count = if count == 0 {
        PAGE_SIZE
    } else {
        count.min(PAGE_SIZE)
    };
    let end = all.len().min(start + count);
    let last = end == all.len();
    Ok(ReactorsReply::new(&ReactorPage {
        people: all.get(start..end).unwrap_or_default().to_vec(),
        cookie: if last { String::new() } else { end.to_string() },
        first: start == 0,
        last,
    }))
}

/// Returns the reactions to a message.
pub(crate) fn summary(
    world: &mut World,
    caller: &Caller,
    request: ReactionsRequest,
) -> Result<ReactionsReply, Refusal> {
    let group = request.group_uin.required("group_uin")?;
    let sequence = request.sequence.required("sequence")?;
    message(world, caller.uin, group, sequence)?;
    let mut counts = Vec::new();
    for reaction in world.reactions(group, sequence)? {
        counts.push(ReactionCount {
            emoji: reaction.emoji,
            count: u32::try_from(reaction.by.len()).unwrap_or(u32::MAX),
            time: seconds32(reaction.time),
        });
    }
    Ok(ReactionsReply::new(counts))
}

/// Parameters of `react`.
#[derive(Debug, Deserialize)]
pub(crate) struct ReactAct {
    group: GroupUin,
    sequence: Sequence,
    emoji: String,
    set: bool,
}

/// Adds or removes a reaction, for a person.
pub(crate) fn act(world: &mut World, actor: Uin, act: ReactAct) -> Result<Empty, Refusal> {
    let emoji = act
        .emoji
        .parse()
        .map_err(|error| Refusal::bad_request(format!("`emoji`: {error}")))?;
    react(world, actor, (act.group, act.sequence), emoji, act.set)?;
    Ok(Empty {})
}
