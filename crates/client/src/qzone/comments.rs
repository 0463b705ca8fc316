//! Comments below a post and the answers to them. api/newer §4.5, §4.7

use nekonap_ids::Uin;
use serde_json::Value;

use super::{
    PostId, QzonePicture,
    answer::{account, count, first_text, objects, text},
    call::{Request, host, referrer},
    posts::fixed,
    provisional::{COMMENT_ID, COMMENT_TIME, FIRST_COMMENTS, NEW_COMMENT_ID, mention},
};
use crate::{client::Client, error::CallError};

/// Path of the page of comments.
const COMMENTS: &str = "/cgi-bin/emotion_cgi_getcmtreply_v6";
/// Comments that one request asks for.
const PAGE: u32 = 20;
/// Comments in which one with a given number is searched.
const MAX_SEARCHED: u32 = 2_000;

/// A comment, or an answer to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QzoneComment {
    /// Its number within the post.
    pub id: String,
    /// Who wrote it; `None` if the page does not name the account.
    pub author: Option<Uin>,
    /// Name of the author.
    pub name: String,
    /// Its text, with the markup of mentions and faces.
    pub text: String,
    /// When, Unix seconds; 0 if unknown.
    pub time: u64,
    /// URLs of its pictures.
    pub pictures: Vec<String>,
    /// The answers, oldest first; empty for an answer.
    pub replies: Vec<QzoneComment>,
}

impl QzoneComment {
    /// Reads the fields of all pages that have comments.
    pub(super) fn read(entry: &Value) -> Self {
        let replies = |name: &str| objects(&entry[name]).map(Self::read_reply).collect();
        let mut list: Vec<Self> = replies("list_3");
        if list.is_empty() {
            list = replies("replies");
        }
        Self {
            replies: list,
            ..Self::read_reply(entry)
        }
    }

    fn read_reply(entry: &Value) -> Self {
        let poster = &entry["poster"];
        let url =
            |picture: &Value| first_text(picture, &["hd_url", "o_url", "b_url", "s_url", "burl"]);
        let mut pictures: Vec<String> = objects(&entry["pic"]).map(url).collect();
        if pictures.is_empty() {
            pictures = objects(&entry["rich_info"]).map(url).collect();
        }
        pictures.retain(|url| !url.is_empty());
        let author = [&entry["uin"], &poster["id"], &poster["uin"]].map(account);
        let names = [&entry["name"], &poster["name"], &entry["nickname"]].map(text);
        Self {
            id: first_text(entry, COMMENT_ID),
            author: author.into_iter().flatten().next(),
            name: names
                .into_iter()
                .find(|name| !name.is_empty())
                .unwrap_or_default(),
            text: text(&entry["content"]),
            time: COMMENT_TIME
                .iter()
                .map(|name| count(&entry[*name]))
                .find(|time| *time > 0)
                .unwrap_or(0),
            pictures,
            replies: Vec::new(),
        }
    }
}

/// A part of the comments below a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QzoneCommentPage {
    /// Number of all comments.
    pub total: u64,
    /// The comments, oldest first.
    pub comments: Vec<QzoneComment>,
}

/// The comment that is answered, and the person that is answered below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QzoneAnswer {
    /// Number of the comment.
    pub comment: String,
    /// Author of the comment.
    pub author: Uin,
    /// Account and name of a person who has answered that comment, if the answer is to this person.
    pub to: Option<(Uin, String)>,
}

impl Client {
    /// Comments below a post: `wanted` of them, from `position` on (0 is the oldest), with their answers.
    ///
    /// # Errors
    /// There are no cookies, or the page refuses (−8: no such post; 403: no access) or does not reply.
    pub async fn qzone_comments(
        &self,
        owner: Uin,
        post: &PostId,
        position: u32,
        wanted: u32,
    ) -> Result<QzoneCommentPage, CallError> {
        let detail = self
            .qzone_post(owner, post, position, wanted.clamp(1, FIRST_COMMENTS))
            .await?;
        let mut page = QzoneCommentPage {
            total: detail.post.comments,
            comments: Vec::new(),
        };
        let room = usize::try_from(wanted).unwrap_or(usize::MAX);
        if position < FIRST_COMMENTS {
            page.comments.extend(detail.comments.into_iter().take(room));
        }
        while page.comments.len() < room {
            let got = u32::try_from(page.comments.len()).unwrap_or(u32::MAX);
            let start = position.saturating_add(got);
            if u64::from(start) >= page.total {
                break;
            }
            let more = self
                .more_qzone_comments(owner, post, start, (wanted - got).min(PAGE))
                .await?;
            if more.is_empty() {
                break;
            }
            let room = room - page.comments.len();
            page.comments.extend(more.into_iter().take(room));
        }
        page.total = page.total.max(page.comments.len() as u64);
        Ok(page)
    }

    /// Comments that the page of the post does not have. The page of comments takes two forms of a request; the first is
    /// sometimes answered without comments.
    async fn more_qzone_comments(
        &self,
        owner: Uin,
        post: &PostId,
        start: u32,
        wanted: u32,
    ) -> Result<Vec<QzoneComment>, CallError> {
        let me = self.inner.myself()?.uin;
        let mut query = fixed(&[
            ("order", "0"),
            ("need_private_comment", "1"),
            ("format", "jsonp"),
        ]);
        query.push(("topicId", format!("{owner}_{post}")));
        query.push(("uin", me.to_string()));
        query.push(("hostUin", owner.to_string()));
        query.push(("start", start.to_string()));
        query.push(("num", wanted.to_string()));
        let form = vec![
            ("uin", owner.to_string()),
            ("tid", post.to_string()),
            ("pos", start.to_string()),
            ("num", wanted.to_string()),
            ("format", "json".to_owned()),
            ("hostuin", me.to_string()),
        ];
        for request in [
            Request::read(host::POSTS, COMMENTS, query),
            Request::read_by_form(host::POSTS, COMMENTS, form),
        ] {
            let answer = self.qzone(&request).await?;
            let lists = [
                &answer["data"]["comments"],
                &answer["data"]["commentlist"],
                &answer["commentlist"],
            ];
            let comments: Vec<QzoneComment> = lists
                .into_iter()
                .flat_map(objects)
                .map(QzoneComment::read)
                .collect();
            if !comments.is_empty() {
                return Ok(comments);
            }
        }
        Ok(Vec::new())
    }

    /// The comment with a number, with its answers; `None` if the first 2,000 comments of the post have no such one.
    ///
    /// # Errors
    /// As [`qzone_comments`](Self::qzone_comments).
    pub async fn qzone_comment(
        &self,
        owner: Uin,
        post: &PostId,
        comment: &str,
    ) -> Result<Option<QzoneComment>, CallError> {
        let mut position = 0;
        while position < MAX_SEARCHED {
            let page = self.qzone_comments(owner, post, position, PAGE).await?;
            let got = u32::try_from(page.comments.len()).unwrap_or(u32::MAX);
            let found = page.comments.into_iter().find(|one| one.id == comment);
            if found.is_some() {
                return Ok(found);
            }
            position = position.saturating_add(got);
            if got == 0 || u64::from(position) >= page.total {
                break;
            }
        }
        Ok(None)
    }

    /// Comments a post, or answers a comment. Returns the number of the new comment; empty if the page does not name it.
    ///
    /// # Errors
    /// There are no cookies, or the page refuses (−8: no such post; 403: no access). An error with
    /// [`CallError::maybe_delivered`] means that the comment may be there.
    pub async fn comment_qzone_post(
        &self,
        owner: Uin,
        post: &PostId,
        content: &str,
        answered: Option<&QzoneAnswer>,
        pictures: &[QzonePicture],
    ) -> Result<String, CallError> {
        let me = self.inner.myself()?.uin;
        let mut fields = fixed(&[
            ("feedsType", "100"),
            ("inCharset", "utf-8"),
            ("outCharset", "utf-8"),
            ("plat", "qzone"),
            ("source", "ic"),
            ("isSignIn", ""),
            ("platformid", "52"),
            ("format", "json"),
            ("ref", "feeds"),
            ("private", "0"),
            ("paramstr", "1"),
        ]);
        fields.push(("topicId", format!("{owner}_{post}__1")));
        fields.push(("hostUin", owner.to_string()));
        fields.push(("uin", me.to_string()));
        let mut content = content.to_owned();
        if let Some(answered) = answered {
            fields.push(("commentId", answered.comment.clone()));
            fields.push(("commentUin", answered.author.to_string()));
            if let Some((uin, name)) = &answered.to {
                content.insert_str(0, &mention(*uin, name));
            }
        }
        fields.push(("content", content));
        let urls: Vec<&str> = pictures.iter().map(|one| one.url.as_str()).collect();
        let kind = if urls.is_empty() { "" } else { "1" };
        fields.push(("richtype", kind.to_owned()));
        fields.push(("richval", urls.join("\t")));
        fields.push(("qzreferrer", referrer(me)));
        let path = "/cgi-bin/emotion_cgi_re_feeds";
        let answer = self
            .qzone(&Request::write(host::POSTS, path, fields))
            .await?;
        let own = first_text(&answer, NEW_COMMENT_ID);
        if own.is_empty() {
            return Ok(first_text(&answer["data"], NEW_COMMENT_ID));
        }
        Ok(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn comments_of_both_pages_are_read() {
        let of_detail = json!({
            "tid": 1, "uin": 10002, "name": "Bob", "content": "hi", "create_time": 1_700_000_000,
            "createTime2": "2023-11-15 06:13", "pic": [{"b_url": "b", "o_url": "o", "s_url": "s"}],
            "list_3": [{"tid": 2, "uin": "10001", "name": "Bot", "content": "yes", "create_time": 1_700_000_001}],
        });
        let comment = QzoneComment::read(&of_detail);
        assert_eq!((&comment.id[..], comment.time), ("1", 1_700_000_000));
        assert_eq!(comment.pictures, ["o"]);
        assert_eq!(comment.replies[0].author, Uin::new(10001).ok());
        let of_page = json!({
            "id": "1", "poster": {"id": "10002", "name": "Bob"}, "content": "hi", "postTime": "1700000000",
            "rich_info": [{"burl": "o"}],
            "replies": [{"id": 2, "poster": {"id": 10001, "name": "Bot"}, "content": "yes", "postTime": 1_700_000_001}],
        });
        assert_eq!(QzoneComment::read(&of_page), comment);
    }
}
