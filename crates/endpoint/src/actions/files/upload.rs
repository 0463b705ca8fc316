//! `upload_group_file`, `upload_private_file` (api/actions §3.9).

use nekonap_ids::{Conversation, GroupUin, Uin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{check_name, folder_id};
use crate::{
    bot::Context,
    error::{Failure, Result},
    media::{FileRef, Local, Options},
    outgoing::{self, QueuedMessage},
    uploads,
};

/// Parameters of `upload_group_file`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct UploadGroupFile {
    /// Number of the group.
    group_id: GroupUin,
    /// The file: a path, a URL, `base64://…` or the path of an upload by stream. It is not empty.
    #[schemars(example = &"base64://aGVsbG8=")]
    file: String,
    /// Name of the file in the group, without slashes; by default the name of the source, or else its MD5.
    #[schemars(example = &"plan.pdf")]
    name: Option<String>,
    /// Id or name of the folder; the root if it is absent, empty or `/`.
    folder: Option<String>,
    /// The same as `folder`.
    folder_id: Option<String>,
    /// Accepted and ignored: the bytes are always uploaded, unless the server has them.
    #[serde(rename = "upload_file", default)]
    _upload_file: Option<bool>,
}

/// Parameters of `upload_private_file`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct UploadPrivateFile {
    /// QQ number of the person.
    user_id: Uin,
    /// The file: a path, a URL, `base64://…` or the path of an upload by stream. It is not empty.
    #[schemars(example = &"base64://aGVsbG8=")]
    file: String,
    /// Name of the file, without slashes; by default the name of the source, or else its MD5.
    #[schemars(example = &"plan.pdf")]
    name: Option<String>,
    /// Accepted and ignored: the bytes are always uploaded, unless the server has them.
    #[serde(rename = "upload_file", default)]
    _upload_file: Option<bool>,
}

/// The file that was uploaded.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct UploadedFileId {
    /// Id of the file, for the actions with files.
    file_id: String,
}

pub(crate) async fn to_group(cx: Context, params: UploadGroupFile) -> Result<UploadedFileId> {
    let group = params.group_id;
    let given = given_name(params.name)?;
    cx.group(group).await?;
    let folder = params.folder.filter(|folder| !folder.trim().is_empty());
    let folder = folder_id(&cx, group, folder.or(params.folder_id).as_deref()).await?;
    let (name, local) = load(&cx, &params.file, given).await?;
    let file = uploads::to_group(&cx, group, &folder, (&name, &local)).await?;
    let ticket = outgoing::ticket(&cx, Conversation::Group(group));
    ticket.reached().await;
    let posted = uploads::post(&cx, group, &file).await;
    drop(ticket);
    posted?;
    let file = FileRef::Group {
        group,
        business: file.business,
        id: file.id,
    };
    Ok(UploadedFileId {
        file_id: file.to_string(),
    })
}

pub(crate) async fn to_user(cx: Context, params: UploadPrivateFile) -> Result<UploadedFileId> {
    let given = given_name(params.name)?;
    let conversation = outgoing::resolve(&cx, Conversation::Friend(params.user_id)).await?;
    let (name, local) = load(&cx, &params.file, given).await?;
    let element = uploads::to_user(&cx, conversation, (&name, &local)).await?;
    let file_id = uploads::reported(conversation, &element);
    let ticket = outgoing::ticket(&cx, conversation);
    ticket.reached().await;
    let sent = QueuedMessage::queue(&cx, conversation, vec![element]).await;
    drop(ticket);
    sent?.finish(&cx, None).await?;
    Ok(UploadedFileId { file_id })
}

/// The name of a call, if it has one.
fn given_name(name: Option<String>) -> Result<Option<String>> {
    let name = name.filter(|name| !name.trim().is_empty());
    if let Some(name) = &name {
        check_name("name", name)?;
    }
    Ok(name)
}

/// The file of a call, and its name.
async fn load(cx: &Context, source: &str, name: Option<String>) -> Result<(String, Local)> {
    if source.trim().is_empty() {
        return Err(Failure::missing("file"));
    }
    let local = cx.file("file", source, &Options::default()).await?;
    let name = uploads::name(name, &local).await?;
    Ok((name, local))
}
