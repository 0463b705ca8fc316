//! Folders of group files. protocol/03 §6.5

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    field::Required,
    proto::files::{FolderInfo, FolderReply, FolderRequest, FolderResult},
};
use serde::{Deserialize, Serialize};

use super::{answer, check_name};
use crate::{
    clock::seconds32,
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, GroupFolder, ROOT, World},
};

/// Maximum number of folders of a group.
const MAX_FOLDERS: usize = 1_000;

/// A folder in the form of the wire.
pub(super) fn info(world: &World, folder: &GroupFolder) -> FolderInfo {
    FolderInfo {
        folder_id: Some(folder.id.clone()),
        parent_folder_id: Some(ROOT.to_owned()),
        folder_name: Some(folder.name.clone()),
        create_time: Some(seconds32(folder.created)),
        modify_time: Some(seconds32(folder.modified)),
        create_uin: Some(folder.creator.get()),
        creator_name: Some(world.name_in(folder.group, folder.creator)),
        total_file_count: Some(folder.files),
        modify_uin: Some(folder.modifier.get()),
        modify_name: Some(world.name_in(folder.group, folder.modifier)),
        used_space: Some(folder.used),
    }
}

/// Checks the name of a new folder, which no other folder of the group has.
fn check_new_name(world: &World, group: GroupUin, name: &str) -> Result<(), Refusal> {
    check_name(name)?;
    let folders = world.group_folders(group)?;
    if folders.iter().any(|folder| folder.name == name) {
        let text = format!("group {group} has a folder {name:?} already");
        return Err(Refusal::conflict(text));
    }
    Ok(())
}

/// Creates a folder in the root. The owner and administrators can do this.
fn create(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    (parent, name): (&str, String),
) -> Result<GroupFolder, Refusal> {
    world.acting_admin(group, actor)?;
    if parent != ROOT {
        return Err(Refusal::bad_request(
            "folders are one level deep: the parent is `/`",
        ));
    }
    check_new_name(world, group, &name)?;
    if world.group_folders(group)?.len() >= MAX_FOLDERS {
        let text = format!("a group has at most {MAX_FOLDERS} folders");
        return Err(Refusal::not_allowed(code::TOO_LARGE, text));
    }
    let now = world.now();
    let folder = GroupFolder {
        id: format!("/{}", hex::encode(rand::random::<[u8; 16]>())),
        group,
        name: name.clone(),
        created: now,
        creator: actor,
        modified: now,
        modifier: actor,
        files: 0,
        used: 0,
    };
    world.save_group_folder(&folder)?;
    let change = Change::FolderCreated {
        group,
        folder: folder.id.clone(),
        folder_name: name,
    };
    world.record(Some(actor), change);
    Ok(folder)
}

/// Renames a folder. The owner and administrators can do this.
fn rename(
    world: &mut World,
    actor: Uin,
    (group, id): (GroupUin, &str),
    name: String,
) -> Result<GroupFolder, Refusal> {
    world.acting_admin(group, actor)?;
    let mut folder = world.group_folder(group, id)?;
    if folder.name == name {
        return Ok(folder);
    }
    check_new_name(world, group, &name)?;
    folder.name.clone_from(&name);
    folder.modified = world.now();
    folder.modifier = actor;
    world.save_group_folder(&folder)?;
    let change = Change::FolderRenamed {
        group,
        folder: folder.id.clone(),
        folder_name: name,
    };
    world.record(Some(actor), change);
    Ok(folder)
}

/// Deletes an empty folder. The owner and administrators can do this.
fn delete(world: &mut World, actor: Uin, group: GroupUin, id: &str) -> Result<(), Refusal> {
    world.acting_admin(group, actor)?;
    let folder = world.group_folder(group, id)?;
    if folder.files > 0 {
        let text = format!("the folder {:?} is not empty", folder.name);
        return Err(Refusal::bad_request(text));
    }
    world.remove_group_folder(id)?;
    let change = Change::FolderDeleted {
        group,
        folder: folder.id,
    };
    world.record(Some(actor), change);
    Ok(())
}

pub(super) fn create_command(
    world: &mut World,
    caller: &Caller,
    request: FolderRequest,
) -> Result<FolderReply, Refusal> {
    let part = request.create.unwrap_or_default();
    let group = part.group_code.required("group_code")?;
    let parent = part.parent_folder_id.unwrap_or_else(|| ROOT.to_owned());
    let name = part.folder_name.unwrap_or_default();
    let created = create(world, caller.uin, group, (&parent, name));
    let outcome = created.map(|folder| Some(info(world, &folder)));
    answer(outcome, |outcome| FolderReply {
        create: Some(FolderResult::new(outcome)),
        ..FolderReply::default()
    })
}

pub(super) fn delete_command(
    world: &mut World,
    caller: &Caller,
    request: FolderRequest,
) -> Result<FolderReply, Refusal> {
    let part = request.delete.unwrap_or_default();
    let group = part.group_code.required("group_code")?;
    let id = part.folder_id.unwrap_or_default();
    let outcome = delete(world, caller.uin, group, &id).map(|()| None);
    answer(outcome, |outcome| FolderReply {
        delete: Some(FolderResult::new(outcome)),
        ..FolderReply::default()
    })
}

pub(super) fn rename_command(
    world: &mut World,
    caller: &Caller,
    request: FolderRequest,
) -> Result<FolderReply, Refusal> {
    let part = request.rename.unwrap_or_default();
    let group = part.group_code.required("group_code")?;
    let id = part.folder_id.unwrap_or_default();
    let name = part.new_name.unwrap_or_default();
    let renamed = rename(world, caller.uin, (group, &id), name);
    let outcome = renamed.map(|folder| Some(info(world, &folder)));
    answer(outcome, |outcome| FolderReply {
        rename: Some(FolderResult::new(outcome)),
        ..FolderReply::default()
    })
}

/// Parameters of `create_folder`.
#[derive(Debug, Deserialize)]
pub(super) struct CreateAct {
    group: GroupUin,
    name: String,
}

/// Reply of `create_folder`.
#[derive(Debug, Serialize)]
pub(super) struct Created {
    folder: String,
}

pub(super) fn act_create(
    world: &mut World,
    actor: Uin,
    act: CreateAct,
) -> Result<Created, Refusal> {
    let folder = create(world, actor, act.group, (ROOT, act.name))?.id;
    Ok(Created { folder })
}

/// Parameters of `rename_folder`.
#[derive(Debug, Deserialize)]
pub(super) struct RenameAct {
    group: GroupUin,
    folder: String,
    name: String,
}

pub(super) fn act_rename(world: &mut World, actor: Uin, act: RenameAct) -> Result<Empty, Refusal> {
    rename(world, actor, (act.group, &act.folder), act.name)?;
    Ok(Empty {})
}

/// Parameters of `delete_folder`.
#[derive(Debug, Deserialize)]
pub(super) struct DeleteAct {
    group: GroupUin,
    folder: String,
}

pub(super) fn act_delete(world: &mut World, actor: Uin, act: DeleteAct) -> Result<Empty, Refusal> {
    delete(world, actor, act.group, &act.folder)?;
    Ok(Empty {})
}
