//! A member's card and special title. protocol/04 §6.2, §6.3

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    field::Required,
    proto::admin::{ChangeMemberRequest, Done, MemberRecord},
};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::Refusal,
    router::Caller,
    world::{Change, World},
};

/// Maximum length of a card, in bytes.
const MAX_CARD: usize = 60;
/// Maximum length of a title, in bytes.
const MAX_TITLE: usize = 18;

/// Sets a member's card. The card of another member can only be set by the owner and administrators.
fn set_card(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    target: Uin,
    card: String,
) -> Result<(), Refusal> {
    if actor == target {
        world.acting_member(group, actor)?;
    } else {
        world.acting_admin(group, actor)?;
    }
    let member = world.member(group, target)?;
    at_most("a card", &card, MAX_CARD)?;
    if member.card == card {
        return Ok(());
    }
    world.update_member(group, target, |member| member.card.clone_from(&card))?;
    let set = Change::CardSet {
        group,
        target,
        card,
    };
    world.record(Some(actor), set);
    Ok(())
}

/// Gives a member a title; an empty one removes it. Only the owner can do this.
fn set_title(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    target: Uin,
    title: String,
) -> Result<(), Refusal> {
    world.acting_owner(group, actor)?;
    let member = world.member(group, target)?;
    at_most("a title", &title, MAX_TITLE)?;
    if member.title == title {
        return Ok(());
    }
    world.update_member(group, target, |member| member.title.clone_from(&title))?;
    // Only a title that is given has a notice, which takes a sequence too.
    let notice = if title.is_empty() {
        None
    } else {
        Some(world.take_notice_sequence(group)?)
    };
    let set = Change::TitleSet {
        group,
        target,
        title,
        notice,
    };
    world.record(Some(actor), set);
    Ok(())
}

fn at_most(what: &str, text: &str, bytes: usize) -> Result<(), Refusal> {
    if text.len() > bytes {
        let text = format!("{what} has at most {bytes} bytes");
        return Err(Refusal::bad_request(text));
    }
    Ok(())
}

/// The members of a request.
fn members(
    world: &World,
    request: ChangeMemberRequest,
) -> Result<(GroupUin, Vec<(Uin, MemberRecord)>), Refusal> {
    let group = request.group.required("group")?;
    let mut members = Vec::new();
    for member in request.members {
        let target = world.by_uid(member.uid.as_deref().required("uid")?)?;
        members.push((target, member));
    }
    Ok((group, members))
}

pub(super) fn card_command(
    world: &mut World,
    caller: &Caller,
    request: ChangeMemberRequest,
) -> Result<Done, Refusal> {
    let (group, members) = members(world, request)?;
    for (target, member) in members {
        let card = member.card.unwrap_or_default();
        set_card(world, caller.uin, group, target, card)?;
    }
    Ok(Done {})
}

pub(super) fn title_command(
    world: &mut World,
    caller: &Caller,
    request: ChangeMemberRequest,
) -> Result<Done, Refusal> {
    let (group, members) = members(world, request)?;
    for (target, member) in members {
        let title = member.title.unwrap_or_default();
        set_title(world, caller.uin, group, target, title)?;
    }
    Ok(Done {})
}

/// Parameters of `set_card` and `set_title`.
#[derive(Debug, Deserialize)]
pub(super) struct TextAct {
    group: GroupUin,
    target: Uin,
    text: String,
}

pub(super) fn card_act(world: &mut World, actor: Uin, act: TextAct) -> Result<Empty, Refusal> {
    set_card(world, actor, act.group, act.target, act.text)?;
    Ok(Empty {})
}

pub(super) fn title_act(world: &mut World, actor: Uin, act: TextAct) -> Result<Empty, Refusal> {
    set_title(world, actor, act.group, act.target, act.text)?;
    Ok(Empty {})
}
