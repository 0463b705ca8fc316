//! `get_group_file_url`, `get_private_file_url` (api/actions §3.9).

use nekonap_client::{Element, PrivateFileHandle};
use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::find;
use crate::{
    bot::Context,
    error::{Failure, Result, no_such_file},
    media::FileRef,
};

/// Parameters of `get_group_file_url`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupFileUrl {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the file, from a `file` segment, a `group_upload` event or a list.
    #[schemars(example = &"gf.20001.102./f0e1d2c3")]
    file_id: String,
    /// Not needed: the server is asked for it.
    #[serde(rename = "busid")]
    _busid: Option<i64>,
}

/// Parameters of `get_private_file_url`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetPrivateFileUrl {
    /// Id of the file, from a `file` segment or an `offline_file` event.
    #[schemars(example = &"pf.6.f0e1d2c3b4a5")]
    file_id: String,
    /// Not needed: the id is enough.
    #[serde(rename = "user_id")]
    _user_id: Option<Uin>,
}

/// A download link.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FileUrl {
    /// The link; that of a group file ends with the file name.
    url: String,
}

pub(crate) async fn of_group(cx: Context, params: GetGroupFileUrl) -> Result<FileUrl> {
    group_file_url(&cx, params.group_id, &params.file_id).await
}

async fn group_file_url(cx: &Context, group: GroupUin, file_id: &str) -> Result<FileUrl> {
    let file = find(cx, group, file_id).await?;
    let url = cx
        .client()
        .group_file_url(group, file.business, (&file.id, &file.name))
        .await
        .map_err(no_such_file)?;
    Ok(FileUrl { url })
}

pub(crate) async fn of_user(cx: Context, params: GetPrivateFileUrl) -> Result<FileUrl> {
    let file_id = params.file_id.trim();
    if file_id.is_empty() {
        return Err(Failure::missing("file_id"));
    }
    let handle = match FileRef::parse(file_id) {
        Some(FileRef::Group { group, .. }) => {
            return group_file_url(&cx, group, file_id).await;
        }
        Some(FileRef::Private(handle)) => handle,
        // The server's own id is enough for most files.
        None => PrivateFileHandle {
            uuid: file_id.to_owned(),
            crc: String::new(),
        },
    };
    let name = match cx.bot().media().find(&handle.uuid) {
        Some(Element::File(file)) => file.name,
        _ => String::new(),
    };
    let url = cx
        .client()
        .private_file_url(&handle, &name)
        .await
        .map_err(no_such_file)?;
    Ok(FileUrl { url })
}
