//! `delete_group_file`, `move_group_file`, `rename_group_file`, `trans_group_file` (api/actions §3.9).

use nekonap_ids::GroupUin;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DoneReply, FileResult, PERMANENT, check_name, find, folder_id};
use crate::{
    bot::Context,
    error::{Failure, Result, no_such_file},
};

/// Parameters of `delete_group_file`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DeleteGroupFile {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the file, from a `file` segment, a `group_upload` event or a list.
    #[schemars(example = &"gf.20001.102./f0e1d2c3")]
    file_id: String,
    /// Not needed: the server is asked for it.
    #[serde(rename = "busid")]
    _busid: Option<i64>,
}

/// Parameters of `move_group_file`.
#[derive(Debug, Deserialize, JsonSchema)]
#[allow(clippy::struct_field_names)] // These are NapCat's names.
pub(crate) struct MoveGroupFile {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the file, from a `file` segment, a `group_upload` event or a list.
    #[schemars(example = &"gf.20001.102./f0e1d2c3")]
    file_id: String,
    /// Id or name of the folder that the file is in. Without it, the server is asked for it.
    #[schemars(example = &"/")]
    current_parent_directory: Option<String>,
    /// The same as `current_parent_directory`; without a target, it is the target.
    parent_directory: Option<String>,
    /// Id or name of the folder that the file is moved to; `/` is the root. Required, except as `parent_directory`.
    #[schemars(example = &"/f0e1d2c3")]
    target_parent_directory: Option<String>,
}

/// Parameters of `rename_group_file`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct RenameGroupFile {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the file, from a `file` segment, a `group_upload` event or a list.
    #[schemars(example = &"gf.20001.102./f0e1d2c3")]
    file_id: String,
    /// Id or name of the folder that the file is in. Without it, the server is asked for it.
    #[schemars(example = &"/")]
    current_parent_directory: Option<String>,
    /// New name, without slashes.
    #[schemars(example = &"plan.pdf")]
    new_name: String,
}

/// Parameters of `trans_group_file`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TransGroupFile {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the file, from a `file` segment, a `group_upload` event or a list.
    #[schemars(example = &"gf.20001.104./f0e1d2c3")]
    file_id: String,
}

/// The file that was deleted, in the words of the NTQQ kernel.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeletedFile {
    /// Always 0.
    result: i32,
    /// Always empty.
    err_msg: String,
    /// What was done.
    trans_group_file_result: TransGroupFileResult,
}

/// Files that were changed, in the words of the NTQQ kernel.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TransGroupFileResult {
    /// What the server answered.
    result: FileResult,
    /// The id of the file, as in the call.
    success_file_id_list: Vec<String>,
    /// Always empty.
    fail_file_id_list: Vec<String>,
}

pub(crate) async fn delete(cx: Context, params: DeleteGroupFile) -> Result<DeletedFile> {
    let group = params.group_id;
    let file = find(&cx, group, &params.file_id).await?;
    cx.client()
        .delete_group_file(group, file.business, (&file.folder, &file.id))
        .await?;
    Ok(DeletedFile {
        result: 0,
        err_msg: String::new(),
        trans_group_file_result: TransGroupFileResult {
            result: FileResult::default(),
            success_file_id_list: vec![params.file_id],
            fail_file_id_list: Vec::new(),
        },
    })
}

pub(crate) async fn move_to(cx: Context, params: MoveGroupFile) -> Result<DoneReply> {
    let group = params.group_id;
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let mut current = given(params.current_parent_directory);
    let mut other = given(params.parent_directory);
    let target = given(params.target_parent_directory).or_else(|| other.take());
    let target = target.ok_or_else(|| Failure::missing("target_parent_directory"))?;
    current = current.or(other);
    let file = find(&cx, group, &params.file_id).await?;
    let from = match current {
        Some(current) => folder_id(&cx, group, Some(&current)).await?,
        None => file.folder,
    };
    let to = folder_id(&cx, group, Some(&target)).await?;
    cx.client()
        .move_group_file(group, file.business, &file.id, (&from, &to))
        .await?;
    Ok(DoneReply { ok: true })
}

pub(crate) async fn rename(cx: Context, params: RenameGroupFile) -> Result<DoneReply> {
    let group = params.group_id;
    check_name("new_name", &params.new_name)?;
    let file = find(&cx, group, &params.file_id).await?;
    let folder = match params.current_parent_directory {
        Some(folder) if !folder.trim().is_empty() => folder_id(&cx, group, Some(&folder)).await?,
        _ => file.folder,
    };
    cx.client()
        .rename_group_file(group, file.business, (&folder, &file.id), &params.new_name)
        .await?;
    Ok(DoneReply { ok: true })
}

pub(crate) async fn make_permanent(cx: Context, params: TransGroupFile) -> Result<DoneReply> {
    let group = params.group_id;
    let file = find(&cx, group, &params.file_id).await?;
    if file.business != PERMANENT {
        cx.client()
            .make_group_file_permanent(group, &file.id)
            .await
            .map_err(no_such_file)?;
    }
    Ok(DoneReply { ok: true })
}
