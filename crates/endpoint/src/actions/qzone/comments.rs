//! `get_qzone_msg_comments`, `get_qzone_comment_replies`, `comment_qzone` (api/newer §4.5, §4.7).

use nekonap_client::{QzoneAnswer, QzoneComment as Known};
use nekonap_ids::Uin;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    failure::{in_range, post_id, read_failed, write_failed},
    pictures,
    posts::{MOST, twenty},
};
use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// Parameters of `get_qzone_msg_comments`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetQzoneMsgComments {
    /// Id of the post.
    #[schemars(example = "0a1b2c3d4e5f60718293a4b5")]
    tid: String,
    /// Owner of the post. Default: the account.
    target_uin: Option<Uin>,
    /// How many of the oldest comments to skip.
    #[serde(default)]
    pos: u32,
    /// How many comments to return, 1 to 100.
    #[serde(default = "twenty")]
    num: u32,
}

/// Comments below a post.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QzoneComments {
    /// Number of all comments.
    total: u64,
    /// The comments, oldest first.
    comments: Vec<QzoneComment>,
    /// Whether there are more.
    has_more: bool,
}

/// Parameters of `get_qzone_comment_replies`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetQzoneCommentReplies {
    /// Id of the post.
    #[schemars(example = "0a1b2c3d4e5f60718293a4b5")]
    tid: String,
    /// Id of the comment.
    #[schemars(example = "1")]
    comment_id: String,
    /// Owner of the post. Default: the account.
    target_uin: Option<Uin>,
    /// How many of the oldest answers to skip.
    #[serde(default)]
    pos: u32,
    /// How many answers to return, 1 to 100.
    #[serde(default = "twenty")]
    num: u32,
}

/// Answers to a comment.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QzoneReplies {
    /// Number of the answers that Qzone gives.
    total: u64,
    /// The answers, oldest first.
    replies: Vec<QzoneReply>,
    /// Whether there are more.
    has_more: bool,
}

/// A comment below a post of a Qzone.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QzoneComment {
    /// The comment.
    #[serde(flatten)]
    comment: QzoneReply,
    /// The answers to it, oldest first.
    replies: Vec<QzoneReply>,
}

/// An answer to a comment below a post of a Qzone.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QzoneReply {
    /// Its number within the post, as text.
    comment_id: String,
    /// Who wrote it; 0 if unknown.
    uin: u64,
    /// Name of the author.
    nickname: String,
    /// Its text.
    content: String,
    /// When, Unix seconds.
    time: u64,
    /// URLs of its pictures.
    images: Vec<String>,
}

impl From<Known> for QzoneReply {
    fn from(known: Known) -> Self {
        Self {
            comment_id: known.id,
            uin: known.author.map_or(0, Uin::get),
            nickname: known.name,
            content: known.text,
            time: known.time,
            images: known.pictures,
        }
    }
}

impl From<Known> for QzoneComment {
    fn from(mut known: Known) -> Self {
        let replies = std::mem::take(&mut known.replies);
        Self {
            comment: known.into(),
            replies: replies.into_iter().map(QzoneReply::from).collect(),
        }
    }
}

/// Parameters of `comment_qzone`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct CommentQzone {
    /// Id of the post.
    #[schemars(example = "0a1b2c3d4e5f60718293a4b5")]
    tid: String,
    /// Text of the comment; may be empty only with pictures.
    #[schemars(example = "How nice")]
    content: String,
    /// Owner of the post. Default: the account.
    target_uin: Option<Uin>,
    /// Pictures, at most 50 of at most 20 MiB each: paths, URLs or base64; not in answers to comments.
    #[serde(default)]
    images: Vec<String>,
    /// Id of the comment that is answered; with `comment_uin`.
    comment_id: Option<String>,
    /// Author of the comment that is answered; with `comment_id`.
    comment_uin: Option<Uin>,
    /// The person that is answered below that comment; with `reply_name` and `comment_id`.
    reply_uin: Option<Uin>,
    /// Name of that person; with `reply_uin`.
    reply_name: Option<String>,
}

/// The new comment.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QzoneCommented {
    /// Its number within the post, as text; empty if Qzone does not say.
    comment_id: String,
}

pub(crate) async fn list(cx: Context, params: GetQzoneMsgComments) -> Result<QzoneComments> {
    let post = post_id(&params.tid)?;
    let wanted = in_range("num", params.num, MOST)?;
    let owner = params.target_uin.unwrap_or_else(|| cx.self_id());
    let page = cx
        .client()
        .qzone_comments(owner, &post, params.pos, wanted)
        .await
        .map_err(read_failed)?;
    let end = u64::from(params.pos) + page.comments.len() as u64;
    Ok(QzoneComments {
        total: page.total,
        has_more: !page.comments.is_empty() && end < page.total,
        comments: page.comments.into_iter().map(QzoneComment::from).collect(),
    })
}

pub(crate) async fn replies(cx: Context, params: GetQzoneCommentReplies) -> Result<QzoneReplies> {
    let post = post_id(&params.tid)?;
    let wanted = in_range("num", params.num, MOST)?;
    let comment = params.comment_id.trim();
    if comment.is_empty() {
        return Err(Failure::invalid("comment_id", "the id is empty"));
    }
    let owner = params.target_uin.unwrap_or_else(|| cx.self_id());
    let found = cx
        .client()
        .qzone_comment(owner, &post, comment)
        .await
        .map_err(read_failed)?;
    let found = found.ok_or_else(|| {
        let text = format!("the post has no comment {comment:?}");
        Failure::new(Code::MessageNotFound, text)
    })?;
    let total = found.replies.len() as u64;
    let bounded = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let replies = found.replies.into_iter().skip(bounded(params.pos));
    let replies: Vec<QzoneReply> = replies
        .take(bounded(wanted))
        .map(QzoneReply::from)
        .collect();
    Ok(QzoneReplies {
        total,
        has_more: u64::from(params.pos) + (replies.len() as u64) < total,
        replies,
    })
}

pub(crate) async fn comment(cx: Context, params: CommentQzone) -> Result<QzoneCommented> {
    let post = post_id(&params.tid)?;
    let images = pictures::given(params.images);
    if params.content.trim().is_empty() && images.is_empty() {
        return Err(Failure::invalid("content", "the comment is empty"));
    }
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let to = match (params.reply_uin, given(params.reply_name)) {
        (None, None) => None,
        (Some(uin), Some(name)) => Some((uin, name)),
        (Some(_), None) => return Err(Failure::missing("reply_name")),
        (None, Some(_)) => return Err(Failure::missing("reply_uin")),
    };
    let answered = match (given(params.comment_id), params.comment_uin) {
        (Some(comment), Some(author)) => Some(QzoneAnswer {
            comment: comment.trim().to_owned(),
            author,
            to,
        }),
        (Some(_), None) => return Err(Failure::missing("comment_uin")),
        (None, Some(_)) => return Err(Failure::missing("comment_id")),
        (None, None) if to.is_some() => return Err(Failure::missing("comment_id")),
        (None, None) => None,
    };
    if answered.is_some() && !images.is_empty() {
        let text = "an answer to a comment has no pictures";
        return Err(Failure::invalid("images", text));
    }
    let pictures = pictures::upload(&cx, &images).await?;
    let owner = params.target_uin.unwrap_or_else(|| cx.self_id());
    let comment_id = cx
        .client()
        .comment_qzone_post(owner, &post, &params.content, answered.as_ref(), &pictures)
        .await
        .map_err(|error| write_failed(&error, "comment"))?;
    Ok(QzoneCommented { comment_id })
}
