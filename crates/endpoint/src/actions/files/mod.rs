//! Files of groups and users (api/actions §3.9).

mod change;
mod folder;
mod list;
mod upload;
mod url;

use nekonap_client::Role;
use nekonap_ids::GroupUin;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Serialize;

use super::Table;
use crate::{
    bot::Context,
    error::{Failure, Result, no_such_file},
    media::FileRef,
    uploads::check_name,
};

/// Id of the root folder.
const ROOT: &str = "/";
/// `busid` of a permanent file.
const PERMANENT: u32 = 102;

pub(super) fn actions(table: &mut Table) {
    table.subject("files", "Files of groups and users", "群文件与私聊文件");
    table
        .add("get_group_file_system_info", list::system_info)
        .about(
            "Returns how many files a group has, and the space that they take.",
            "获取群文件的数量和占用的空间。",
        )
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_file_count", list::count)
        .about(
            "Returns how many files a group has, as older versions of NapCat do.",
            "获取群文件的数量（旧版 NapCat 的接口）。",
        )
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_root_files", list::root)
        .about(
            "Returns the files and folders in the root of a group's files, newest first.",
            "获取群文件根目录的文件和文件夹，从新到旧。",
        )
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_files_by_folder", list::folder)
        .about(
            "Returns the files in a folder of a group, newest first.",
            "获取群文件夹中的文件，从新到旧。",
        )
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_file_url", url::of_group)
        .about(
            "Returns a download link of a group file, valid for a limited time.",
            "获取群文件的下载链接，链接有时效。",
        )
        .parameter("group", "group_id")
        .parameter("bus_id", "busid")
        .fails(&[Code::GroupNotFound, Code::FileNotFound]);
    table
        .add("get_private_file_url", url::of_user)
        .about(
            "Returns a download link of a file that was sent in a private chat, valid for a limited time.",
            "获取私聊文件的下载链接，链接有时效。",
        )
        .fails(&[Code::FileNotFound]);
    uploading(table);
    changing(table);
}

/// The actions that upload files.
fn uploading(table: &mut Table) {
    table
        .add("upload_group_file", upload::to_group)
        .about(
            "Uploads a file to a group, where it is also posted as a message.",
            "上传群文件，并作为消息发到群里。",
        )
        .fails(&[
            Code::GroupNotFound,
            Code::FileNotFound,
            Code::LoadFile,
            Code::FileTooLarge,
            Code::PermissionDenied,
            Code::Muted,
            Code::SendMessage,
            Code::MaybeSent,
        ]);
    table
        .add("upload_private_file", upload::to_user)
        .about(
            "Uploads a file and sends it to a person.",
            "上传文件并发给个人。",
        )
        .fails(&[
            Code::UserNotFound,
            Code::FileNotFound,
            Code::LoadFile,
            Code::FileTooLarge,
            Code::PermissionDenied,
            Code::SendMessage,
            Code::MaybeSent,
        ]);
}

/// The actions that change group files.
fn changing(table: &mut Table) {
    let by_administrators = &[Code::GroupNotFound, Code::PermissionDenied];
    table
        .add("create_group_file_folder", folder::create)
        .about(
            "Creates a folder in the root of a group's files; only the owner and administrators can do this.",
            "在群文件根目录创建文件夹，仅群主和管理员可用。",
        )
        .parameter("name", "folder_name")
        .alias("set_group_file_folder", &[])
        .fails(by_administrators);
    table
        .add("delete_group_folder", folder::delete)
        .about(
            "Deletes an empty folder of a group's files; only the owner and administrators can do this.",
            "删除空的群文件夹，仅群主和管理员可用。",
        )
        .parameter("folder", "folder_id")
        .alias("delete_group_file_folder", &[])
        .alias("del_group_file_folder", &[])
        .fails(by_administrators);
    table
        .add("rename_group_file_folder", folder::rename)
        .about(
            "Renames a folder of a group's files; only the owner and administrators can do this.",
            "重命名群文件夹，仅群主和管理员可用。",
        )
        .parameter("folder", "folder_id")
        .fails(by_administrators);
    let on_files = &[
        Code::GroupNotFound,
        Code::FileNotFound,
        Code::PermissionDenied,
    ];
    table
        .add("delete_group_file", change::delete)
        .about(
            "Deletes a group file; its uploader, the owner and administrators can do this.",
            "删除群文件，仅上传者、群主和管理员可用。",
        )
        .parameter("bus_id", "busid")
        .alias("del_group_file", &[])
        .fails(on_files);
    table
        .add("move_group_file", change::move_to)
        .about(
            "Moves a group file to another folder; its uploader, the owner and administrators can do this.",
            "移动群文件，仅上传者、群主和管理员可用。",
        )
        .parameter("target_directory", "target_parent_directory")
        .fails(on_files);
    table
        .add("rename_group_file", change::rename)
        .about(
            "Renames a group file; its uploader, the owner and administrators can do this.",
            "重命名群文件，仅上传者、群主和管理员可用。",
        )
        .parameter("parent_directory", "current_parent_directory")
        .fails(on_files);
    table
        .add("trans_group_file", change::make_permanent)
        .about(
            "Makes a temporary group file permanent; its uploader, the owner and administrators can do this.",
            "将临时群文件转为永久文件，仅上传者、群主和管理员可用。",
        )
        .alias("set_group_file_forever", &[])
        .fails(on_files);
}

/// What the server answered, in the words of the NTQQ kernel.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_field_names)] // These are NapCat's names.
struct FileResult {
    /// Always 0.
    ret_code: i32,
    /// Always empty.
    ret_msg: String,
    /// Always empty.
    client_wording: String,
}

/// The result of something that was done.
#[derive(Debug, Serialize, JsonSchema)]
struct DoneReply {
    /// Always true.
    ok: bool,
}

/// The server's id of a group file, and its `busid` if the id of the call says so.
///
/// # Errors
/// `PARAM_INVALID` if the id is empty or that of another kind of file, `FILE_NOT_FOUND` if it is a file of another group.
fn server_id(group: GroupUin, file_id: &str) -> Result<(String, Option<u32>)> {
    match FileRef::parse(file_id) {
        Some(FileRef::Group {
            group: owner,
            business,
            id,
        }) => {
            if owner != group {
                let text = format!("the file {file_id} is in group {owner}, not in {group}");
                return Err(Failure::new(Code::FileNotFound, text));
            }
            Ok((id, Some(business)))
        }
        Some(FileRef::Private(_)) => {
            let text = format!("{file_id} is the id of a private file");
            Err(Failure::invalid("file_id", text))
        }
        None => match file_id.trim() {
            "" => Err(Failure::missing("file_id")),
            id if id.starts_with('/') => Ok((id.to_owned(), None)),
            // Some clients cut the slash off.
            id => Ok((format!("/{id}"), None)),
        },
    }
}

/// A group file, asked from the server.
///
/// # Errors
/// `GROUP_NOT_FOUND`, `FILE_NOT_FOUND`, and those of [`server_id`].
async fn find(cx: &Context, group: GroupUin, file_id: &str) -> Result<nekonap_client::GroupFile> {
    let (id, _) = server_id(group, file_id)?;
    cx.group(group).await?;
    cx.client()
        .group_file(group, &id)
        .await
        .map_err(no_such_file)
}

/// The id of the folder with this id or name; the root for `None`, an empty text and `/`.
///
/// # Errors
/// `UPSTREAM_ERROR` if it is the name of no folder.
async fn folder_id(cx: &Context, group: GroupUin, folder: Option<&str>) -> Result<String> {
    let folder = folder.unwrap_or_default().trim();
    if folder.is_empty() || folder.starts_with('/') {
        return Ok(if folder.is_empty() { ROOT } else { folder }.to_owned());
    }
    let (_, folders) = cx
        .client()
        .group_files(group, ROOT, list::MAX_ENTRIES)
        .await?;
    let named = folders.into_iter().find(|known| known.name == folder);
    named.map(|folder| folder.id).ok_or_else(|| {
        let text = format!("group {group} has no folder {folder:?}");
        Failure::new(Code::Upstream, text)
    })
}

/// Checks that the account may change the folders of a group.
async fn administrates(cx: &Context, group: GroupUin) -> Result<()> {
    cx.require(group, Role::Admin).await
}
