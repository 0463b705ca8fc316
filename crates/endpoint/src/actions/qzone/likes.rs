//! `like_qzone`, `unlike_qzone` (api/newer §4.6).

use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::Deserialize;

use super::failure::{post_id, write_failed};
use crate::{actions::Done, bot::Context, error::Result};

/// Parameters of `like_qzone` and `unlike_qzone`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct LikeQzone {
    /// Id of the post.
    #[schemars(example = "0a1b2c3d4e5f60718293a4b5")]
    tid: String,
    /// Owner of the post. Default: the account.
    target_uin: Option<Uin>,
    /// When the post was published, Unix seconds; 0 if unknown.
    #[serde(default)]
    abstime: u64,
}

pub(crate) async fn like(cx: Context, params: LikeQzone) -> Result<Done> {
    set(&cx, &params, true).await
}

pub(crate) async fn unlike(cx: Context, params: LikeQzone) -> Result<Done> {
    set(&cx, &params, false).await
}

async fn set(cx: &Context, params: &LikeQzone, like: bool) -> Result<Done> {
    let post = post_id(&params.tid)?;
    let owner = params.target_uin.unwrap_or_else(|| cx.self_id());
    cx.client()
        .like_qzone_post(owner, &post, params.abstime, like)
        .await
        .map_err(|error| write_failed(&error, if like { "like" } else { "change" }))?;
    Ok(Done)
}
