//! Changing a group: its name and settings, and a member's own remark for it. protocol/04 §6.1, §6.6, §6.10

use std::ops::RangeInclusive;

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    field::Required,
    proto::admin::{ChangeGroupRequest, Done, GroupRecord, RemarkRequest},
};
use serde::Deserialize;

use super::{mute, settings};
use crate::{
    http::Empty,
    refusal::Refusal,
    router::Caller,
    world::{Change, Joining, MAX_NAME, World},
};

/// The join options. protocol/04 §6.10
const JOIN_OPTIONS: RangeInclusive<u32> = 1..=5;
/// The join options that ask a question.
const WITH_QUESTION: RangeInclusive<u32> = 4..=5;
/// Maximum length of a remark, in characters.
const MAX_REMARK: usize = 60;

/// Renames a group.
fn rename(world: &mut World, actor: Uin, group: GroupUin, name: String) -> Result<(), Refusal> {
    world.acting_admin(group, actor)?;
    if name.trim().is_empty() || name.chars().count() > MAX_NAME {
        let text = format!("`name` has 1 to {MAX_NAME} characters");
        return Err(Refusal::bad_request(text));
    }
    if world.group(group)?.name == name {
        return Ok(());
    }
    world.update_group(group, |group| group.name.clone_from(&name))?;
    // The notice takes a sequence too.
    let notice = world.take_notice_sequence(group)?;
    let renamed = Change::GroupRenamed {
        group,
        name,
        notice,
    };
    world.record(Some(actor), renamed);
    Ok(())
}

pub(super) fn rename_command(
    world: &mut World,
    caller: &Caller,
    request: ChangeGroupRequest,
) -> Result<Done, Refusal> {
    let group = request.group.required("group")?;
    let record = request.record.unwrap_or_default();
    let name = record.name.unwrap_or_default();
    rename(world, caller.uin, group, name)?;
    Ok(Done {})
}

/// Changes the settings that the request contains.
pub(super) fn change(
    world: &mut World,
    caller: &Caller,
    request: ChangeGroupRequest,
) -> Result<Done, Refusal> {
    let group = request.group.required("group")?;
    let record = request.record.unwrap_or_default();
    if let Some(until) = record.mute_all {
        mute::group(world, caller.uin, group, until != 0)?;
    }
    if record.privilege_mask.is_some() || record.flags_mask.is_some() {
        settings::permit(world, caller.uin, group, &record)?;
    }
    let settings = record.join_option.is_some()
        || record.no_finger_open.is_some()
        || record.no_code_finger_open.is_some();
    if settings {
        set(world, caller.uin, group, record)?;
    }
    Ok(Done {})
}

/// Sets how people join a group, and whether it can be found.
fn set(world: &mut World, actor: Uin, group: GroupUin, record: GroupRecord) -> Result<(), Refusal> {
    world.acting_admin(group, actor)?;
    let found = world.group(group)?;
    let mut joining = found.joining.clone();
    if let Some(option) = record.join_option {
        joining = Joining {
            option,
            question: record.question.unwrap_or(joining.question),
            answer: record.answer.unwrap_or(joining.answer),
        };
    }
    if !JOIN_OPTIONS.contains(&joining.option) {
        let text = format!("there is no join option {}", joining.option);
        return Err(Refusal::bad_request(text));
    }
    if WITH_QUESTION.contains(&joining.option) && joining.question.is_empty() {
        let text = "this join option needs a question";
        return Err(Refusal::bad_request(text));
    }
    let hidden = |set: Option<u32>, before: bool| set.map_or(before, |hidden| hidden != 0);
    let hide_from_words = hidden(record.no_finger_open, found.hide_from_words);
    let hide_from_number = hidden(record.no_code_finger_open, found.hide_from_number);
    let change = Change::GroupSet {
        group,
        join_option: joining.option,
        hide_from_words,
        hide_from_number,
    };
    world.update_group(group, |group| {
        group.joining = joining;
        group.hide_from_words = hide_from_words;
        group.hide_from_number = hide_from_number;
    })?;
    world.record(Some(actor), change);
    Ok(())
}

/// Sets the caller's own remark for a group.
pub(super) fn remark(
    world: &mut World,
    caller: &Caller,
    request: RemarkRequest,
) -> Result<Done, Refusal> {
    let remark = request.remark.unwrap_or_default();
    let group = remark.group.required("group")?;
    let text = remark.text.unwrap_or_default();
    world.acting_member(group, caller.uin)?;
    if text.chars().count() > MAX_REMARK {
        let text = format!("a remark has at most {MAX_REMARK} characters");
        return Err(Refusal::bad_request(text));
    }
    world.update_member(group, caller.uin, |member| member.remark.clone_from(&text))?;
    let remarked = Change::GroupRemarked {
        group,
        text,
        connection: Some(caller.connection.id()),
    };
    world.record(Some(caller.uin), remarked);
    Ok(Done {})
}

/// Parameters of `rename_group`.
#[derive(Debug, Deserialize)]
pub(super) struct RenameAct {
    group: GroupUin,
    name: String,
}

pub(super) fn rename_act(world: &mut World, actor: Uin, act: RenameAct) -> Result<Empty, Refusal> {
    rename(world, actor, act.group, act.name)?;
    Ok(Empty {})
}
