//! Lists of group files, one file, and the space in use. protocol/03 §6.6, §6.7

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::files::Space,
    field::Required,
    proto::files::{
        CountResult, FileInfo, InfoResult, ListItem, ListReply, ListRequest, ListResult,
        SpaceResult,
    },
};

use super::{
    answer, folder,
    group::{MAX_FILES, SPACE, business, check_folder},
};
use crate::{
    clock::seconds32,
    refusal::Refusal,
    router::Caller,
    world::{GroupFile, ROOT, World},
};

/// Maximum number of entries in a page.
const MAX_PAGE: u32 = 100;

/// A file in the form of the wire.
fn file_info(world: &World, file: &GroupFile) -> FileInfo {
    FileInfo {
        file_id: Some(file.id.clone()),
        file_name: Some(file.name.clone()),
        file_size: Some(file.size),
        bus_id: Some(business(file)),
        uploaded_size: Some(file.size),
        upload_time: Some(seconds32(file.uploaded)),
        dead_time: Some(seconds32(file.expires)),
        modify_time: Some(seconds32(file.modified)),
        download_times: Some(file.downloads),
        sha1: Some(file.sha1.clone().into()),
        tri_sha1: None,
        md5: Some(file.md5.clone().into()),
        uploader_name: Some(world.name_in(file.group, file.uploader)),
        uploader_uin: Some(file.uploader.get()),
        parent_folder_id: Some(file.folder.clone()),
        safe_type: Some(0),
    }
}

fn one(world: &World, actor: Uin, group: GroupUin, id: &str) -> Result<FileInfo, Refusal> {
    world.acting_member(group, actor)?;
    let file = world.group_file(group, id)?;
    Ok(file_info(world, &file))
}

pub(super) fn info(
    world: &mut World,
    caller: &Caller,
    request: ListRequest,
) -> Result<ListReply, Refusal> {
    let part = request.info.unwrap_or_default();
    let group = part.group_code.required("group_code")?;
    let id = part.file_id.unwrap_or_default();
    let outcome = one(world, caller.uin, group, &id);
    answer(outcome, |outcome| ListReply {
        info: Some(InfoResult::new(outcome)),
        ..ListReply::default()
    })
}

/// The entries of a folder: in the root the folders, then the files, newest first.
fn entries(
    world: &World,
    actor: Uin,
    group: GroupUin,
    folder: &str,
) -> Result<Vec<ListItem>, Refusal> {
    world.acting_member(group, actor)?;
    check_folder(world, group, folder)?;
    let mut items = Vec::new();
    if folder == ROOT {
        for one in world.group_folders(group)? {
            items.push(ListItem::folder(folder::info(world, &one)));
        }
    }
    for file in world.group_files(group, folder)? {
        items.push(ListItem::file(file_info(world, &file)));
    }
    Ok(items)
}

pub(super) fn page(
    world: &mut World,
    caller: &Caller,
    request: ListRequest,
) -> Result<ListReply, Refusal> {
    let part = request.list.unwrap_or_default();
    let group = part.group_code.required("group_code")?;
    let folder = part.folder_id.filter(|folder| !folder.is_empty());
    let folder = folder.unwrap_or_else(|| ROOT.to_owned());
    let start = part.start_index.unwrap_or(0);
    let count = part.file_count.unwrap_or(0).min(MAX_PAGE);
    let outcome = entries(world, caller.uin, group, &folder);
    let list = answer(outcome, |outcome| match outcome {
        Err(refusal) => ListResult::refused(&refusal),
        Ok(items) => {
            let total = u32::try_from(items.len()).unwrap_or(u32::MAX);
            let items: Vec<ListItem> = items
                .into_iter()
                .skip(start as usize)
                .take(count as usize)
                .collect();
            let listed = u32::try_from(items.len()).unwrap_or(u32::MAX);
            ListResult::new(items, start.saturating_add(listed), total)
        }
    })?;
    Ok(ListReply {
        list: Some(list),
        ..ListReply::default()
    })
}

fn used(world: &World, actor: Uin, group: GroupUin) -> Result<Space, Refusal> {
    world.acting_member(group, actor)?;
    let used = world.group_file_space(group)?;
    Ok(Space {
        files: used.files,
        max_files: MAX_FILES,
        used: used.bytes,
        total: SPACE,
    })
}

pub(super) fn count(
    world: &mut World,
    caller: &Caller,
    request: ListRequest,
) -> Result<ListReply, Refusal> {
    let part = request.count.unwrap_or_default();
    let group = part.group_code.required("group_code")?;
    answer(used(world, caller.uin, group), |outcome| ListReply {
        count: Some(CountResult::new(outcome)),
        ..ListReply::default()
    })
}

pub(super) fn space(
    world: &mut World,
    caller: &Caller,
    request: ListRequest,
) -> Result<ListReply, Refusal> {
    let part = request.space.unwrap_or_default();
    let group = part.group_code.required("group_code")?;
    answer(used(world, caller.uin, group), |outcome| ListReply {
        space: Some(SpaceResult::new(outcome)),
        ..ListReply::default()
    })
}
