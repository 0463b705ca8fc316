//! `get_group_file_system_info`, `get_group_file_count`, `get_group_root_files`, `get_group_files_by_folder`
//! (api/actions §3.9).

use nekonap_client::{GroupFile as Known, GroupFolder as KnownFolder};
use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ROOT, folder_id};
use crate::{
    bot::Context,
    error::{Failure, Result},
    media::FileRef,
};

/// Entries of a list at most.
pub(super) const MAX_ENTRIES: usize = 1_000;

/// Parameters of `get_group_file_system_info` and `get_group_file_count`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct OfGroup {
    /// Number of the group.
    group_id: GroupUin,
}

/// Parameters of `get_group_root_files`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupRootFiles {
    /// Number of the group.
    group_id: GroupUin,
    /// How many entries at most, from 1. Without it all, up to 1,000.
    #[schemars(example = 50)]
    file_count: Option<i64>,
}

/// Parameters of `get_group_files_by_folder`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupFilesByFolder {
    /// Number of the group.
    group_id: GroupUin,
    /// Id or name of the folder; the root if it is absent, empty or `/`.
    #[schemars(example = &"/f0e1d2c3")]
    folder_id: Option<String>,
    /// The same as `folder_id`.
    folder: Option<String>,
    /// How many entries at most, from 1. Without it all, up to 1,000.
    #[schemars(example = 50)]
    file_count: Option<i64>,
}

/// How many files a group has, and the space that they take.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GroupFileSystemInfo {
    /// Number of files.
    file_count: u32,
    /// Maximum number of files.
    limit_count: u32,
    /// Bytes in use.
    used_space: u64,
    /// Bytes in all.
    total_space: u64,
}

/// How many files a group has.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GroupFileCount {
    /// Number of files.
    count: u32,
}

/// The content of a folder.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GroupFiles {
    /// The files, newest first.
    files: Vec<GroupFile>,
    /// The folders, newest first.
    folders: Vec<GroupFolder>,
}

/// A file of a group.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GroupFile {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the file, for the actions with files.
    file_id: String,
    /// File name.
    file_name: String,
    /// 102 for a permanent file, 104 for a temporary one.
    busid: u32,
    /// Size in bytes.
    file_size: u64,
    /// The same as `file_size`.
    size: u64,
    /// Time of the upload, Unix seconds.
    upload_time: u64,
    /// Time it is deleted, Unix seconds; 0 if it is permanent.
    dead_time: u64,
    /// Time of the last change, Unix seconds.
    modify_time: u64,
    /// How often it was downloaded.
    download_times: u32,
    /// QQ number of the uploader; 0 if unknown.
    uploader: u64,
    /// Name of the uploader.
    uploader_name: String,
}

/// A folder of group files.
#[derive(Debug, Serialize, JsonSchema)]
#[allow(clippy::struct_field_names)] // These are go-cqhttp's names.
pub(crate) struct GroupFolder {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the folder.
    folder_id: String,
    /// The same as `folder_id`.
    folder: String,
    /// Name of the folder.
    folder_name: String,
    /// Time of creation, Unix seconds.
    create_time: u64,
    /// QQ number of the creator; 0 if unknown.
    creator: u64,
    /// Name of the creator.
    creator_name: String,
    /// Number of files in it.
    total_file_count: u32,
}

impl GroupFile {
    fn new(group: GroupUin, known: Known) -> Self {
        let id = FileRef::Group {
            group,
            business: known.business,
            id: known.id,
        };
        Self {
            group_id: group,
            file_id: id.to_string(),
            file_name: known.name,
            busid: known.business,
            file_size: known.size,
            size: known.size,
            upload_time: known.uploaded,
            dead_time: known.expires,
            modify_time: known.modified,
            download_times: known.downloads,
            uploader: known.uploader.map_or(0, Uin::get),
            uploader_name: known.uploader_name,
        }
    }
}

impl GroupFolder {
    fn new(group: GroupUin, known: KnownFolder) -> Self {
        Self {
            group_id: group,
            folder_id: known.id.clone(),
            folder: known.id,
            folder_name: known.name,
            create_time: known.created,
            creator: known.creator.map_or(0, Uin::get),
            creator_name: known.creator_name,
            total_file_count: known.files,
        }
    }
}

pub(crate) async fn system_info(cx: Context, params: OfGroup) -> Result<GroupFileSystemInfo> {
    let group = params.group_id;
    cx.group(group).await?;
    let space = cx.client().group_file_space(group).await?;
    Ok(GroupFileSystemInfo {
        file_count: space.files,
        limit_count: space.max_files,
        used_space: space.used,
        total_space: space.total,
    })
}

pub(crate) async fn count(cx: Context, params: OfGroup) -> Result<GroupFileCount> {
    let info = system_info(cx, params).await?;
    Ok(GroupFileCount {
        count: info.file_count,
    })
}

pub(crate) async fn root(cx: Context, params: GetGroupRootFiles) -> Result<GroupFiles> {
    let limit = limit(params.file_count)?;
    cx.group(params.group_id).await?;
    list(&cx, params.group_id, ROOT, limit).await
}

pub(crate) async fn folder(cx: Context, params: GetGroupFilesByFolder) -> Result<GroupFiles> {
    let limit = limit(params.file_count)?;
    let group = params.group_id;
    cx.group(group).await?;
    let given = params.folder_id.filter(|folder| !folder.trim().is_empty());
    let folder = folder_id(&cx, group, given.or(params.folder).as_deref()).await?;
    list(&cx, group, &folder, limit).await
}

fn limit(count: Option<i64>) -> Result<usize> {
    let Some(count) = count else {
        return Ok(MAX_ENTRIES);
    };
    match usize::try_from(count) {
        Ok(count) if count > 0 => Ok(count.min(MAX_ENTRIES)),
        _ => Err(Failure::invalid(
            "file_count",
            format!("it is at least 1, not {count}"),
        )),
    }
}

async fn list(cx: &Context, group: GroupUin, folder: &str, limit: usize) -> Result<GroupFiles> {
    let (files, folders) = cx.client().group_files(group, folder, limit).await?;
    Ok(GroupFiles {
        files: files
            .into_iter()
            .map(|file| GroupFile::new(group, file))
            .collect(),
        folders: folders
            .into_iter()
            .map(|folder| GroupFolder::new(group, folder))
            .collect(),
    })
}
