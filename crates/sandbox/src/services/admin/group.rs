//! Changing a group: its name and settings, and a member's own remark for it. protocol/04 §6.1, §6.6

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    field::Required,
    proto::admin::{ChangeGroupRequest, Done, RemarkRequest},
};
use serde::Deserialize;

use super::mute;
use crate::{
    http::Empty,
    refusal::Refusal,
    router::Caller,
    world::{Change, MAX_NAME, World},
};

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
    Ok(Done {})
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
    world.record(Some(caller.uin), Change::GroupRemarked { group, text });
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
