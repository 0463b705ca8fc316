//! `create_group_file_folder`, `delete_group_folder`, `rename_group_file_folder` (api/actions §3.9, §2).

use nekonap_client::GroupFolder;
use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FileResult, ROOT, administrates, check_name, folder_id};
use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result},
};

/// Parameters of `create_group_file_folder`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct CreateGroupFileFolder {
    /// Number of the group.
    group_id: GroupUin,
    /// Name of the folder; no other folder of the group has it.
    #[schemars(example = &"plans")]
    folder_name: String,
    /// The folder that it is created in. Folders are one level deep: only the root is possible, which is the default.
    #[schemars(example = &"/")]
    parent_id: Option<String>,
}

/// Parameters of `delete_group_folder`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DeleteGroupFolder {
    /// Number of the group.
    group_id: GroupUin,
    /// Id or name of the folder.
    #[schemars(example = &"/f0e1d2c3")]
    folder_id: String,
}

/// Parameters of `rename_group_file_folder`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct RenameGroupFileFolder {
    /// Number of the group.
    group_id: GroupUin,
    /// Id or name of the folder.
    #[schemars(example = &"/f0e1d2c3")]
    folder_id: String,
    /// New name; no other folder of the group has it.
    #[schemars(example = &"plans")]
    new_folder_name: String,
}

/// The folder that was created.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CreatedFolder {
    /// Id of the folder.
    folder_id: String,
    /// What the server answered.
    result: FileResult,
    /// The folder, in the words of the NTQQ kernel.
    #[serde(rename = "groupItem")]
    group_item: GroupItem,
}

/// An entry of group files, in the words of the NTQQ kernel.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct GroupItem {
    /// Number of the group, as text.
    peer_id: String,
    /// Always 2: a folder.
    r#type: u32,
    /// The folder.
    folder_info: FolderInfo,
}

/// A folder, in the words of the NTQQ kernel.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FolderInfo {
    /// Id of the folder.
    folder_id: String,
    /// Always `/`.
    parent_folder_id: String,
    /// Name of the folder.
    folder_name: String,
    /// Time of creation, Unix seconds.
    create_time: u64,
    /// Time of the last change, Unix seconds.
    modify_time: u64,
    /// QQ number of the creator, as text.
    create_uin: String,
    /// Name of the creator.
    creator_name: String,
    /// QQ number of the person who changed it last, as text.
    modify_uin: String,
    /// Name of that person.
    modify_name: String,
    /// Bytes of the files in it, as text.
    used_space: String,
    /// Number of files in it.
    total_file_count: u32,
}

impl CreatedFolder {
    fn new(group: GroupUin, folder: GroupFolder) -> Self {
        let text = |uin: Option<Uin>| uin.map_or(0, Uin::get).to_string();
        Self {
            folder_id: folder.id.clone(),
            result: FileResult::default(),
            group_item: GroupItem {
                peer_id: group.to_string(),
                r#type: 2,
                folder_info: FolderInfo {
                    folder_id: folder.id,
                    parent_folder_id: folder.parent,
                    folder_name: folder.name,
                    create_time: folder.created,
                    modify_time: folder.modified,
                    create_uin: text(folder.creator),
                    creator_name: folder.creator_name,
                    modify_uin: text(folder.modifier),
                    modify_name: folder.modifier_name,
                    used_space: folder.used_space.to_string(),
                    total_file_count: folder.files,
                },
            },
        }
    }
}

pub(crate) async fn create(cx: Context, params: CreateGroupFileFolder) -> Result<CreatedFolder> {
    let group = params.group_id;
    check_name("folder_name", &params.folder_name)?;
    let parent = params.parent_id.unwrap_or_default();
    if !matches!(parent.trim(), "" | ROOT) {
        let text = format!("folders are one level deep: it is `/`, not {parent:?}");
        return Err(Failure::invalid("parent_id", text));
    }
    administrates(&cx, group).await?;
    let folder = cx
        .client()
        .create_group_folder(group, &params.folder_name)
        .await?;
    Ok(CreatedFolder::new(group, folder))
}

/// The id of a folder that is not the root.
async fn folder(cx: &Context, group: GroupUin, given: &str) -> Result<String> {
    if given.trim().is_empty() {
        return Err(Failure::missing("folder_id"));
    }
    administrates(cx, group).await?;
    let folder = folder_id(cx, group, Some(given)).await?;
    if folder == ROOT {
        let text = "the root cannot be changed";
        return Err(Failure::invalid("folder_id", text));
    }
    Ok(folder)
}

pub(crate) async fn delete(cx: Context, params: DeleteGroupFolder) -> Result<FileResult> {
    let group = params.group_id;
    let folder = folder(&cx, group, &params.folder_id).await?;
    cx.client().delete_group_folder(group, &folder).await?;
    Ok(FileResult::default())
}

pub(crate) async fn rename(cx: Context, params: RenameGroupFileFolder) -> Result<Done> {
    let group = params.group_id;
    check_name("new_folder_name", &params.new_folder_name)?;
    let folder = folder(&cx, group, &params.folder_id).await?;
    cx.client()
        .rename_group_folder(group, &folder, &params.new_folder_name)
        .await?;
    Ok(Done)
}
