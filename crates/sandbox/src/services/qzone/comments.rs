//! Comments below posts, and answers to them. api/newer §4.5, §4.7

use nekonap_ids::Uin;
use serde::{Deserialize, Serialize};

use super::{pictures, posts};
use crate::{
    refusal::Refusal,
    world::{Change, QzoneComment, World},
};

/// Maximum length of a comment, in characters.
const MAX_TEXT: usize = 1_000;

/// Comments a post, or answers the comment `parent`. Returns the number of the new one.
pub(crate) fn comment(
    world: &mut World,
    author: Uin,
    tid: &str,
    parent: Option<u32>,
    text: String,
    pictures: Vec<String>,
) -> Result<u32, Refusal> {
    let post = posts::open(world, author, tid)?;
    if text.trim().is_empty() && pictures.is_empty() {
        return Err(Refusal::bad_request("a comment has a text or pictures"));
    }
    if text.chars().count() > MAX_TEXT {
        let text = format!("a comment has at most {MAX_TEXT} characters");
        return Err(Refusal::bad_request(text));
    }
    if pictures.len() > posts::MAX_PICTURES || (parent.is_some() && !pictures.is_empty()) {
        let text = "an answer has no pictures, and a comment has not so many";
        return Err(Refusal::bad_request(text));
    }
    for id in &pictures {
        pictures::own(world, author, id)?;
    }
    if let Some(parent) = parent {
        find(world, post.number, parent)?;
    }
    let comment = QzoneComment {
        number: 0,
        parent: parent.unwrap_or(0),
        author,
        time: world.now(),
        text,
        pictures,
    };
    let number = world.add_qzone_comment(post.number, &comment)?;
    let commented = Change::PostCommented {
        tid: post.id,
        comment: number,
        answers: parent,
    };
    world.record(Some(author), commented);
    Ok(number)
}

/// A comment of a post; not an answer to one.
pub(super) fn find(world: &World, post: i64, number: u32) -> Result<QzoneComment, Refusal> {
    let mut comments = world.qzone_comments(post)?.into_iter();
    let found = comments.find(|one| one.number == number && one.parent == 0);
    found.ok_or_else(|| Refusal::not_found(format!("the post has no comment {number}")))
}

/// Parameters of `comment_post`.
#[derive(Debug, Deserialize)]
pub(super) struct CommentAct {
    tid: String,
    #[serde(default)]
    text: String,
    /// The comment that is answered.
    comment: Option<u32>,
    /// Base64.
    #[serde(default)]
    pictures: Vec<String>,
}

/// Reply of `comment_post`.
#[derive(Debug, Serialize)]
pub(super) struct Commented {
    comment: u32,
}

pub(super) fn act(world: &mut World, actor: Uin, act: CommentAct) -> Result<Commented, Refusal> {
    let pictures = pictures::keep_all(world, actor, &act.pictures)?;
    let comment = comment(world, actor, &act.tid, act.comment, act.text, pictures)?;
    Ok(Commented { comment })
}
