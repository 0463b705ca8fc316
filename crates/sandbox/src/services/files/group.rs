//! Group files: announcing and completing an upload, the link, deleting, renaming and moving. protocol/03 §6.1, §6.3, §6.4

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    command,
    commands::files::{PERMANENT, SPACE_IS_FULL, TEMPORARY},
    field::Required,
    proto::files::{
        DownloadResult, FileResult, GroupFileReply, GroupFileRequest, UploadPart, UploadResult,
    },
};
use serde::Deserialize;

use super::{answer, check_name};
use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    services::messages::send::{To, may_speak},
    world::{Change, GroupFile, ROOT, Role, World},
};

/// Maximum number of permanent files of a group.
pub(super) const MAX_FILES: u32 = 10_000;
/// Bytes that the permanent files of a group may take.
pub(super) const SPACE: u64 = 10 << 30;
/// Maximum size of a file, in bytes. protocol/03 §10.3
pub(super) const MAX_SIZE: u64 = 4 << 30;
/// How long a temporary file is kept, in seconds.
const TEMPORARY_LIFETIME: u64 = 7 * 86_400;

/// A file that somebody is about to upload.
pub(super) struct NewFile {
    pub(super) folder: String,
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) md5: Vec<u8>,
    pub(super) sha1: Vec<u8>,
    pub(super) temporary: bool,
}

/// `bus_id` of a file.
pub(super) fn business(file: &GroupFile) -> u32 {
    if file.expires == 0 {
        PERMANENT
    } else {
        TEMPORARY
    }
}

/// Checks the size of a file.
pub(super) fn check_size(size: u64) -> Result<(), Refusal> {
    if size == 0 {
        return Err(Refusal::bad_request("the file is empty"));
    }
    if size > MAX_SIZE {
        let text = format!("a file has at most {MAX_SIZE} bytes");
        return Err(Refusal::not_allowed(code::TOO_LARGE, text));
    }
    Ok(())
}

/// Checks that a folder is the root or one of the group.
pub(super) fn check_folder(world: &World, group: GroupUin, folder: &str) -> Result<(), Refusal> {
    if folder != ROOT {
        world.group_folder(group, folder)?;
    }
    Ok(())
}

/// Checks that one more permanent file fits.
pub(super) fn check_space(world: &World, group: GroupUin, size: u64) -> Result<(), Refusal> {
    let used = world.group_file_space(group)?;
    if used.files >= MAX_FILES || used.bytes + size > SPACE {
        let text = format!("the space for files of group {group} is full");
        return Err(Refusal::not_allowed(SPACE_IS_FULL, text));
    }
    Ok(())
}

/// Announces a file. A member who may speak can do this. If the server has the bytes, the file is complete at once.
pub(super) fn announce(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    new: NewFile,
) -> Result<GroupFile, Refusal> {
    may_speak(world, actor, To::Group(group))?;
    check_name(&new.name)?;
    check_size(new.size)?;
    check_folder(world, group, &new.folder)?;
    if !new.temporary {
        check_space(world, group, new.size)?;
    }
    let now = world.now();
    let file = GroupFile {
        id: format!("/{}", hex::encode(rand::random::<[u8; 16]>())),
        group,
        folder: new.folder,
        name: new.name,
        size: new.size,
        complete: world.has_content(&new.sha1, new.size)?,
        md5: new.md5,
        sha1: new.sha1,
        uploader: actor,
        uploaded: now,
        modified: now,
        expires: if new.temporary {
            now + TEMPORARY_LIFETIME
        } else {
            0
        },
        downloads: 0,
        upload_key: rand::random::<[u8; 16]>().to_vec(),
    };
    world.add_group_file(&file)?;
    if file.complete {
        uploaded(world, actor, &file);
    }
    Ok(file)
}

fn uploaded(world: &mut World, actor: Uin, file: &GroupFile) {
    let change = Change::GroupFileUploaded {
        group: file.group,
        file_id: file.id.clone(),
        file_name: file.name.clone(),
        folder: file.folder.clone(),
    };
    world.record(Some(actor), change);
}

/// The file that somebody announced and uploads with this key.
pub(super) fn awaited(
    world: &World,
    actor: Uin,
    id: &str,
    upload_key: &[u8],
) -> Result<GroupFile, Refusal> {
    let found = world.find_group_file(id)?;
    found
        .filter(|file| file.uploader == actor && file.upload_key == upload_key)
        .ok_or_else(|| Refusal::not_found(format!("no file {id:?} waits for this upload")))
}

/// Completes a file whose bytes are in the store now.
///
/// # Errors
/// No such file waits for an upload with this key.
pub(super) fn complete(
    world: &mut World,
    actor: Uin,
    id: &str,
    upload_key: &[u8],
) -> Result<(), Refusal> {
    let mut file = awaited(world, actor, id, upload_key)?;
    if !file.complete {
        file.complete = true;
        file.uploaded = world.now();
        world.update_group_file(&file)?;
        uploaded(world, actor, &file);
    }
    Ok(())
}

/// A file that the actor may change: its uploader, the owner and administrators may.
fn own(world: &World, actor: Uin, group: GroupUin, id: &str) -> Result<GroupFile, Refusal> {
    let role = world.acting_member(group, actor)?.role;
    let file = world.group_file(group, id)?;
    if role == Role::Member && file.uploader != actor {
        let text = format!("{actor} neither uploaded the file nor administers group {group}");
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    Ok(file)
}

fn delete(world: &mut World, actor: Uin, group: GroupUin, id: &str) -> Result<(), Refusal> {
    let file = own(world, actor, group, id)?;
    world.remove_group_file(id)?;
    let change = Change::GroupFileDeleted {
        group,
        file_id: file.id,
    };
    world.record(Some(actor), change);
    Ok(())
}

fn rename(
    world: &mut World,
    actor: Uin,
    (group, id): (GroupUin, &str),
    name: String,
) -> Result<(), Refusal> {
    let mut file = own(world, actor, group, id)?;
    check_name(&name)?;
    file.name.clone_from(&name);
    file.modified = world.now();
    world.update_group_file(&file)?;
    let change = Change::GroupFileRenamed {
        group,
        file_id: file.id,
        file_name: name,
    };
    world.record(Some(actor), change);
    Ok(())
}

/// Moves a file to another folder. `from`: the folder that it must be in, if the caller names one.
fn move_to(
    world: &mut World,
    actor: Uin,
    (group, id): (GroupUin, &str),
    (from, to): (Option<&str>, &str),
) -> Result<(), Refusal> {
    let mut file = own(world, actor, group, id)?;
    check_folder(world, group, to)?;
    if from.is_some_and(|from| from != file.folder) {
        let text = format!("the file {id:?} is in the folder {:?}", file.folder);
        return Err(Refusal::not_found(text));
    }
    to.clone_into(&mut file.folder);
    file.modified = world.now();
    world.update_group_file(&file)?;
    let change = Change::GroupFileMoved {
        group,
        file_id: file.id,
        folder: to.to_owned(),
    };
    world.record(Some(actor), change);
    Ok(())
}

/// Hashes of a file that a client announces.
pub(super) fn hashes(
    md5: Option<bytes::Bytes>,
    sha1: Option<bytes::Bytes>,
) -> Result<(Vec<u8>, Vec<u8>), Refusal> {
    let (md5, sha1) = (md5.unwrap_or_default(), sha1.unwrap_or_default());
    if md5.len() != 16 {
        return Err(Refusal::bad_request("`md5` has 16 bytes").coded(code::MALFORMED));
    }
    if sha1.len() != 20 {
        return Err(Refusal::bad_request("`sha1` has 20 bytes").coded(code::MALFORMED));
    }
    Ok((md5.to_vec(), sha1.to_vec()))
}

fn announced(world: &mut World, actor: Uin, part: UploadPart) -> Result<GroupFile, Refusal> {
    let group = part.group_code.required("group_code")?;
    let (md5, sha1) = hashes(part.md5, part.sha1)?;
    let new = NewFile {
        folder: part
            .parent_folder_id
            .filter(|folder| !folder.is_empty())
            .unwrap_or_else(|| ROOT.to_owned()),
        name: part.file_name.unwrap_or_default(),
        size: part.file_size.unwrap_or(0),
        md5,
        sha1,
        temporary: part.bus_id == Some(TEMPORARY),
    };
    announce(world, actor, group, new)
}

pub(super) fn upload_command(
    world: &mut World,
    caller: &Caller,
    request: GroupFileRequest,
) -> Result<GroupFileReply, Refusal> {
    let outcome = announced(world, caller.uin, request.upload.unwrap_or_default());
    let address = world.address;
    answer(outcome, |outcome| match outcome {
        Err(refusal) => GroupFileReply::upload_refused(&refusal),
        Ok(file) => GroupFileReply {
            upload: Some(UploadResult {
                ret_code: Some(0),
                ret_msg: Some("ok".to_owned()),
                client_wording: Some(String::new()),
                upload_ip: Some(address.ip().to_string()),
                server_dns: Some(address.ip().to_string()),
                bus_id: Some(business(&file)),
                check_key: Some(file.sha1.into()),
                upload_key: Some(file.upload_key.into()),
                file_id: Some(file.id),
                file_exist: Some(file.complete),
                upload_port: Some(address.port().into()),
            }),
            ..GroupFileReply::default()
        },
    })
}

/// A link to a file, and the file. The download is counted here.
fn link(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    id: &str,
) -> Result<(GroupFile, [u8; 20]), Refusal> {
    world.acting_member(group, actor)?;
    let mut file = world.group_file(group, id)?;
    file.downloads = file.downloads.saturating_add(1);
    world.update_group_file(&file)?;
    let now = world.now();
    let token = world.file_tokens.add(&file.sha1, &file.name, now);
    Ok((file, token))
}

pub(super) fn download_command(
    world: &mut World,
    caller: &Caller,
    request: GroupFileRequest,
) -> Result<GroupFileReply, Refusal> {
    let part = request.download.unwrap_or_default();
    let group = part.group_code.required("group_code")?;
    let id = part.file_id.unwrap_or_default();
    let outcome = link(world, caller.uin, group, &id);
    let address = world.address.to_string();
    answer(outcome, |outcome| match outcome {
        Err(refusal) => GroupFileReply::download_refused(&refusal),
        Ok((file, token)) => GroupFileReply {
            download: Some(DownloadResult {
                ret_code: Some(0),
                ret_msg: Some("ok".to_owned()),
                client_wording: Some(String::new()),
                download_ip: Some(address.clone()),
                download_dns: Some(address.clone()),
                download_url: Some(token.to_vec().into()),
                sha1: Some(file.sha1.into()),
                md5: Some(file.md5.into()),
                save_file_name: Some(file.name),
                download_dns_https: Some(address),
                ..DownloadResult::default()
            }),
            ..GroupFileReply::default()
        },
    })
}

fn result(outcome: Result<(), command::Refusal>) -> Option<FileResult> {
    Some(FileResult::new(outcome))
}

pub(super) fn delete_command(
    world: &mut World,
    caller: &Caller,
    request: GroupFileRequest,
) -> Result<GroupFileReply, Refusal> {
    let part = request.delete.unwrap_or_default();
    let group = part.group_code.required("group_code")?;
    let id = part.file_id.unwrap_or_default();
    let outcome = delete(world, caller.uin, group, &id);
    answer(outcome, |outcome| GroupFileReply {
        delete: result(outcome),
        ..GroupFileReply::default()
    })
}

pub(super) fn rename_command(
    world: &mut World,
    caller: &Caller,
    request: GroupFileRequest,
) -> Result<GroupFileReply, Refusal> {
    let part = request.rename.unwrap_or_default();
    let group = part.group_code.required("group_code")?;
    let id = part.file_id.unwrap_or_default();
    let name = part.new_name.unwrap_or_default();
    let outcome = rename(world, caller.uin, (group, &id), name);
    answer(outcome, |outcome| GroupFileReply {
        rename: result(outcome),
        ..GroupFileReply::default()
    })
}

pub(super) fn move_command(
    world: &mut World,
    caller: &Caller,
    request: GroupFileRequest,
) -> Result<GroupFileReply, Refusal> {
    let part = request.r#move.unwrap_or_default();
    let group = part.group_code.required("group_code")?;
    let id = part.file_id.unwrap_or_default();
    let target = part.target_folder_id.unwrap_or_default();
    let folders = (part.parent_folder_id.as_deref(), &target[..]);
    let outcome = move_to(world, caller.uin, (group, &id), folders);
    answer(outcome, |outcome| GroupFileReply {
        r#move: result(outcome).map(|result| FileResult {
            parent_folder_id: Some(target),
            ..result
        }),
        ..GroupFileReply::default()
    })
}

/// Parameters of `delete_group_file`.
#[derive(Debug, Deserialize)]
pub(super) struct DeleteAct {
    group: GroupUin,
    file_id: String,
}

pub(super) fn act_delete(world: &mut World, actor: Uin, act: DeleteAct) -> Result<Empty, Refusal> {
    delete(world, actor, act.group, &act.file_id)?;
    Ok(Empty {})
}

/// Parameters of `rename_group_file`.
#[derive(Debug, Deserialize)]
pub(super) struct RenameAct {
    group: GroupUin,
    file_id: String,
    name: String,
}

pub(super) fn act_rename(world: &mut World, actor: Uin, act: RenameAct) -> Result<Empty, Refusal> {
    rename(world, actor, (act.group, &act.file_id), act.name)?;
    Ok(Empty {})
}

/// Parameters of `move_group_file`.
#[derive(Debug, Deserialize)]
pub(super) struct MoveAct {
    group: GroupUin,
    file_id: String,
    folder: String,
}

pub(super) fn act_move(world: &mut World, actor: Uin, act: MoveAct) -> Result<Empty, Refusal> {
    move_to(world, actor, (act.group, &act.file_id), (None, &act.folder))?;
    Ok(Empty {})
}
