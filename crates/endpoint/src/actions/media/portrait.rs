//! `set_qq_avatar` (api/actions §3.12), `set_group_portrait` (api/actions §3.6).

use nekonap_client::{CallError, codes};
use nekonap_ids::GroupUin;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::KeyResult,
    bot::Context,
    error::{Failure, Result},
    media::{Local, Options, hashed, upload_failed},
};

/// Failure codes of `set_qq_avatar`.
pub(crate) const CODES: &[Code] = &[
    Code::LoadFile,
    Code::FileNotFound,
    Code::FileTooLarge,
    Code::PermissionDenied,
];

/// Failure codes of `set_group_portrait`.
pub(crate) const GROUP_CODES: &[Code] = &[
    Code::GroupNotFound,
    Code::LoadFile,
    Code::FileNotFound,
    Code::FileTooLarge,
    Code::PermissionDenied,
];

/// Parameters of `set_qq_avatar`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetQqAvatar {
    /// The picture: a path, a link or base64 (api/events-and-segments §8).
    #[schemars(example = &"file:///data/a.png")]
    file: String,
}

/// Parameters of `set_group_portrait`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupPortrait {
    /// Number of the group.
    group_id: GroupUin,
    /// The picture: a path, a link or base64 (api/events-and-segments §8).
    #[schemars(example = &"file:///data/a.png")]
    file: String,
    /// Has no effect.
    #[serde(rename = "cache")]
    _cache: Option<i64>,
}

pub(crate) async fn own(cx: Context, params: SetQqAvatar) -> Result<()> {
    let local = picture(&cx, &params.file).await?;
    let file = hashed(&local).await?;
    let set = Box::pin(cx.client().set_avatar(&file)).await;
    set.map_err(|error| failed(&local, &error))
}

pub(crate) async fn group(cx: Context, params: SetGroupPortrait) -> Result<KeyResult> {
    cx.group(params.group_id).await?;
    let local = picture(&cx, &params.file).await?;
    let file = hashed(&local).await?;
    let set = cx.client().set_group_portrait(params.group_id, &file);
    let set = Box::pin(set).await;
    set.map_err(|error| failed(&local, &error))?;
    Ok(KeyResult::default())
}

/// The file of the parameter, which is a picture.
async fn picture(cx: &Context, source: &str) -> Result<Local> {
    if source.trim().is_empty() {
        return Err(Failure::missing("file"));
    }
    let local = cx.file("file", source, &Options::default()).await?;
    local.picture().await?;
    Ok(local)
}

fn failed(local: &Local, error: &CallError) -> Failure {
    match error {
        CallError::Refused(refusal) if refusal.code == codes::NO_PERMISSION => {
            Failure::new(Code::PermissionDenied, refusal.text.clone())
        }
        CallError::Refused(refusal) if refusal.code == codes::TOO_LARGE => {
            local.failure(&refusal.text)
        }
        other => upload_failed(local, other),
    }
}
