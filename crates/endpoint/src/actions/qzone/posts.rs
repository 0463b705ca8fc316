//! `send_qzone_msg`, `delete_qzone_msg`, `get_qzone_msg_list`, `get_qzone_msg_detail` (api/newer §4.1, §4.2, §4.4).

use nekonap_client::{QzoneAudience, QzonePost as Known};
use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    comments::QzoneComment,
    failure::{in_range, post_id, read_failed, write_failed},
    pictures,
    rights::audience,
};
use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result},
};

/// Most posts or comments of a call.
pub(super) const MOST: u32 = 100;

/// Parameters of `send_qzone_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SendQzoneMsg {
    /// Text of the post; may be empty only with pictures. `@{uin:N,nick:X,auto:1}` in it mentions a user, `[em]eN[/em]` is a face.
    #[serde(default)]
    #[schemars(example = "The first rose of this year")]
    content: String,
    /// Pictures, at most 50 of at most 20 MiB each: paths, URLs or base64.
    #[serde(default)]
    images: Vec<String>,
    /// Who may see it: 1 everybody, 4 friends, 16 those in `target_uins`, 64 only the account, 128 everybody but those.
    #[serde(default = "everybody")]
    ugc_right: i64,
    /// The users of `ugc_right` 16 and 128; at least one.
    #[serde(default)]
    target_uins: Vec<Uin>,
}

const fn everybody() -> i64 {
    1
}

/// The new post.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QzonePublished {
    /// Id of the post.
    tid: String,
    /// When it was published, Unix seconds; 0 if Qzone does not say.
    time: u64,
}

/// Parameters of `delete_qzone_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DeleteQzoneMsg {
    /// Id of an own post.
    #[schemars(example = "0a1b2c3d4e5f60718293a4b5")]
    tid: String,
}

/// Parameters of `get_qzone_msg_list`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetQzoneMsgList {
    /// Owner of the Qzone. Default: the account.
    target_uin: Option<Uin>,
    /// How many of the newest posts to skip.
    #[serde(default)]
    pos: u32,
    /// How many posts to return, 1 to 100.
    #[serde(default = "twenty")]
    num: u32,
}

pub(super) const fn twenty() -> u32 {
    20
}

/// Posts of a Qzone.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QzonePosts {
    /// Number of all posts that the account may see.
    total: u64,
    /// The posts, newest first.
    msglist: Vec<QzonePost>,
}

/// A post of a Qzone.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QzonePost {
    /// Id of the post.
    tid: String,
    /// Its text.
    content: String,
    /// When it was published, Unix seconds.
    time: u64,
    /// Number of comments.
    comment_num: u64,
    /// Whether only its owner sees it.
    is_private: bool,
    /// URLs of its pictures.
    images: Vec<String>,
}

impl From<Known> for QzonePost {
    fn from(known: Known) -> Self {
        Self {
            tid: known.id,
            content: known.text,
            time: known.time,
            comment_num: known.comments,
            is_private: known.private,
            images: known.pictures,
        }
    }
}

/// Parameters of `get_qzone_msg_detail`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetQzoneMsgDetail {
    /// Id of the post.
    #[schemars(example = "0a1b2c3d4e5f60718293a4b5")]
    tid: String,
    /// Owner of the post. Default: the account.
    target_uin: Option<Uin>,
    /// How many of the oldest comments to skip.
    #[serde(default)]
    pos: u32,
    /// How many comments to return, 1 to 100; Qzone gives about the first 20 here.
    #[serde(default = "twenty")]
    num: u32,
}

/// A post of a Qzone with its first comments.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QzonePostDetail {
    /// The post.
    #[serde(flatten)]
    post: QzonePost,
    /// Owner of the post.
    uin: Uin,
    /// Who may see it, as in `send_qzone_msg`; 0 if Qzone does not say.
    ugc_right: u32,
    /// Comments, oldest first.
    comments: Vec<QzoneComment>,
}

pub(crate) async fn send(cx: Context, params: SendQzoneMsg) -> Result<QzonePublished> {
    let audience: QzoneAudience = audience(params.ugc_right, params.target_uins)?;
    let images = pictures::given(params.images);
    if params.content.trim().is_empty() && images.is_empty() {
        return Err(Failure::invalid("content", "the post is empty"));
    }
    let pictures = pictures::upload(&cx, &images).await?;
    let published = cx
        .client()
        .publish_qzone_post(&params.content, &pictures, &audience)
        .await
        .map_err(|error| write_failed(&error, "post"))?;
    Ok(QzonePublished {
        tid: published.id,
        time: published.time,
    })
}

pub(crate) async fn delete(cx: Context, params: DeleteQzoneMsg) -> Result<Done> {
    let post = post_id(&params.tid)?;
    let deleted = cx.client().delete_qzone_post(&post).await;
    deleted.map_err(|error| write_failed(&error, "deletion"))?;
    Ok(Done)
}

pub(crate) async fn list(cx: Context, params: GetQzoneMsgList) -> Result<QzonePosts> {
    let wanted = in_range("num", params.num, MOST)?;
    let owner = params.target_uin.unwrap_or_else(|| cx.self_id());
    let page = cx
        .client()
        .qzone_posts(owner, params.pos, wanted)
        .await
        .map_err(read_failed)?;
    Ok(QzonePosts {
        total: page.total,
        msglist: page.posts.into_iter().map(QzonePost::from).collect(),
    })
}

pub(crate) async fn detail(cx: Context, params: GetQzoneMsgDetail) -> Result<QzonePostDetail> {
    let post = post_id(&params.tid)?;
    let wanted = in_range("num", params.num, MOST)?;
    let owner = params.target_uin.unwrap_or_else(|| cx.self_id());
    let detail = cx
        .client()
        .qzone_post(owner, &post, params.pos, wanted)
        .await
        .map_err(read_failed)?;
    Ok(QzonePostDetail {
        post: detail.post.into(),
        uin: detail.owner.unwrap_or(owner),
        ugc_right: detail.right,
        comments: detail
            .comments
            .into_iter()
            .map(QzoneComment::from)
            .collect(),
    })
}
