//! Posts: publish, delete, list, and one post. api/newer §4.1, §4.2, §4.4

use nekonap_ids::Uin;
use nekonap_wire::command::Refusal;
use serde_json::Value;

use super::{
    PostId, QzoneAudience, QzoneComment, QzonePicture,
    answer::{account, count, first_text, number, objects, text},
    call::{Request, host, referrer},
    pictures::rich_value,
    provisional::DETAIL_LEAST,
};
use crate::{client::Client, error::CallError};

/// Posts that one request asks for: the pages give about as many.
const PAGE: u32 = 20;
/// Code of a request that the page does not take.
const BAD_PARAMETER: i64 = -10_004;

/// A post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QzonePost {
    /// Its id.
    pub id: String,
    /// Its text, with the markup of mentions and faces.
    pub text: String,
    /// When it was published, Unix seconds; 0 if unknown.
    pub time: u64,
    /// Number of comments.
    pub comments: u64,
    /// Whether only its owner sees it.
    pub private: bool,
    /// URLs of its pictures.
    pub pictures: Vec<String>,
}

impl QzonePost {
    fn read(entry: &Value) -> Self {
        Self {
            id: text(&entry["tid"]),
            text: content(entry),
            time: count(&entry["created_time"]),
            comments: count(&entry["cmtnum"]),
            private: count(&entry["secret"]) != 0,
            pictures: objects(&entry["pic"])
                .map(|picture| first_text(picture, &["url3", "url2", "url1", "smallurl"]))
                .filter(|url| !url.is_empty())
                .collect(),
        }
    }
}

/// The text of a post: `content`, or else the parts of `conlist`.
fn content(entry: &Value) -> String {
    let content = text(&entry["content"]);
    if content.is_empty() {
        let parts = objects(&entry["conlist"]).map(|part| text(&part["con"]));
        return parts.collect();
    }
    content
}

/// A part of somebody's posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QzonePostPage {
    /// Number of all posts that the account may see.
    pub total: u64,
    /// The posts, newest first.
    pub posts: Vec<QzonePost>,
}

/// A post with its comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QzonePostDetail {
    /// The post.
    pub post: QzonePost,
    /// Its owner; `None` if the page does not name the account.
    pub owner: Option<Uin>,
    /// `ugc_right` of the post; 0 if unknown.
    pub right: u32,
    /// Comments, oldest first.
    pub comments: Vec<QzoneComment>,
}

/// A post that was just published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedPost {
    /// Its id.
    pub id: String,
    /// When, Unix seconds; 0 if the page does not say.
    pub time: u64,
}

impl Client {
    /// Publishes a post.
    ///
    /// # Errors
    /// There are no cookies, or the page refuses. An error with [`CallError::maybe_delivered`] means that the post may be there.
    pub async fn publish_qzone_post(
        &self,
        text: &str,
        pictures: &[QzonePicture],
        audience: &QzoneAudience,
    ) -> Result<PublishedPost, CallError> {
        let me = self.inner.myself()?.uin;
        let mut fields = fixed(&[
            ("syn_tweet_verson", "1"),
            ("paramstr", "1"),
            ("con", text),
            ("feedversion", "1"),
            ("ver", "1"),
            ("to_sign", "0"),
            ("code_version", "1"),
            ("format", "json"),
        ]);
        fields.extend(audience.fields());
        if !pictures.is_empty() {
            fields.push(("richtype", "1".to_owned()));
            fields.push(("richval", rich_value(pictures)));
        }
        fields.push(("hostuin", me.to_string()));
        fields.push(("qzreferrer", referrer(me)));
        let path = "/cgi-bin/emotion_cgi_publish_v6";
        let answer = self
            .qzone(&Request::write(host::POSTS, path, fields))
            .await?;
        let id = first_text(&answer, &["t1_tid", "tid"]);
        if id.is_empty() {
            let text = "Qzone names no id of the new post";
            return Err(CallError::Malformed(text.to_owned()));
        }
        let time = [&answer["t1_time"], &answer["now"]].map(count);
        let time = time.into_iter().find(|time| *time > 0).unwrap_or(0);
        Ok(PublishedPost { id, time })
    }

    /// Deletes an own post.
    ///
    /// # Errors
    /// There are no cookies, or the page refuses (−8: no such post). An error with [`CallError::maybe_delivered`] means that
    /// the post may be gone.
    pub async fn delete_qzone_post(&self, post: &PostId) -> Result<(), CallError> {
        let me = self.inner.myself()?.uin;
        let mut fields = fixed(&[
            ("t1_source", "1"),
            ("code_version", "1"),
            ("format", "json"),
        ]);
        fields.push(("hostuin", me.to_string()));
        fields.push(("tid", post.to_string()));
        fields.push(("qzreferrer", referrer(me)));
        let path = "/cgi-bin/emotion_cgi_delete_v6";
        let request = Request::write(host::POSTS, path, fields);
        self.qzone(&request).await.map(drop)
    }

    /// Posts of somebody that the account may see, newest first: `wanted` of them, from `position` on (0 is the newest). Makes
    /// one request for about 20 posts.
    ///
    /// # Errors
    /// There are no cookies, or the page refuses (403: no access) or does not reply.
    pub async fn qzone_posts(
        &self,
        owner: Uin,
        position: u32,
        wanted: u32,
    ) -> Result<QzonePostPage, CallError> {
        let mut page = QzonePostPage {
            total: 0,
            posts: Vec::new(),
        };
        let mut got = 0;
        while got < wanted {
            let position = position.saturating_add(got);
            let answer = self
                .qzone_post_list(owner, position, (wanted - got).min(PAGE))
                .await?;
            page.total = count(&answer["total"]);
            let room = usize::try_from(wanted - got).unwrap_or(usize::MAX);
            let before = page.posts.len();
            let posts = objects(&answer["msglist"]).take(room).map(QzonePost::read);
            page.posts.extend(posts);
            let new = u32::try_from(page.posts.len() - before).unwrap_or(0);
            got += new;
            if new == 0 || u64::from(position) + u64::from(new) >= page.total {
                break;
            }
        }
        Ok(page)
    }

    async fn qzone_post_list(
        &self,
        owner: Uin,
        position: u32,
        wanted: u32,
    ) -> Result<Value, CallError> {
        let mut fields = fixed(&[
            ("ftype", "0"),
            ("sort", "0"),
            ("replynum", "100"),
            ("callback", "_preloadCallback"),
            ("code_version", "1"),
            ("format", "jsonp"),
            ("need_private_comment", "1"),
        ]);
        fields.push(("uin", owner.to_string()));
        fields.push(("pos", position.to_string()));
        fields.push(("num", wanted.to_string()));
        let path = "/cgi-bin/emotion_cgi_msglist_v6";
        let request = Request::read(host::POSTS, path, fields).expecting("msglist");
        self.qzone(&request).await
    }

    /// A post with `wanted` of its comments, from `position` on (0 is the oldest). The page has about 20 comments at most.
    ///
    /// # Errors
    /// There are no cookies, or the page refuses (−8: no such post; 403: no access) or does not reply.
    pub async fn qzone_post(
        &self,
        owner: Uin,
        post: &PostId,
        position: u32,
        wanted: u32,
    ) -> Result<QzonePostDetail, CallError> {
        let answer = self.qzone_detail(owner, post, position, wanted).await?;
        let mut read = QzonePost::read(&answer);
        if read.id.is_empty() {
            read.id = post.to_string();
        }
        let right = number(&answer["ugc_right"]);
        let right = right.and_then(|right| u32::try_from(right).ok());
        read.private |= right == Some(QzoneAudience::Owner.right());
        Ok(QzonePostDetail {
            post: read,
            owner: account(&answer["uin"]),
            right: right.unwrap_or(0),
            comments: objects(&answer["commentlist"])
                .map(QzoneComment::read)
                .collect(),
        })
    }

    /// The page of a post.
    pub(super) async fn qzone_detail(
        &self,
        owner: Uin,
        post: &PostId,
        position: u32,
        wanted: u32,
    ) -> Result<Value, CallError> {
        let mut fields = fixed(&[
            ("t1_source", "1"),
            ("not_trunc_con", "1"),
            ("need_right", "1"),
            ("not_adapt_outpic", "1"),
            ("need_private_comment", "1"),
            ("format", "jsonp"),
        ]);
        fields.push(("uin", owner.to_string()));
        fields.push(("tid", post.to_string()));
        fields.push(("pos", position.to_string()));
        fields.push(("num", wanted.to_string()));
        let least: Vec<(&str, String)> = fields
            .iter()
            .filter(|(name, _)| DETAIL_LEAST.contains(name))
            .cloned()
            .collect();
        let path = "/cgi-bin/emotion_cgi_msgdetail_v6";
        let read = |fields| Request::read(host::DETAIL, path, fields).expecting("tid");
        match self.qzone(&read(fields)).await {
            Err(CallError::Refused(Refusal { code, .. })) if code == BAD_PARAMETER => {
                self.qzone(&read(least)).await
            }
            answer => answer,
        }
    }
}

/// Fields with these values.
pub(super) fn fixed(fields: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let owned = |(name, value): &(&'static str, &str)| (*name, (*value).to_owned());
    fields.iter().map(owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn post_is_read_from_an_entry_of_a_list() {
        let entry = json!({
            "tid": "0a1b2c3d4e5f60718293a4b5", "content": "hi", "conlist": [{"con": "hi", "type": 2}],
            "created_time": 1_700_000_000, "cmtnum": "3", "secret": 1,
            "pic": [{"url1": "a", "url2": "b", "url3": "c"}, {"smallurl": "d"}, {}, null],
        });
        let expected = QzonePost {
            id: "0a1b2c3d4e5f60718293a4b5".to_owned(),
            text: "hi".to_owned(),
            time: 1_700_000_000,
            comments: 3,
            private: true,
            pictures: vec!["c".to_owned(), "d".to_owned()],
        };
        assert_eq!(QzonePost::read(&entry), expected);
        let parts = json!({"conlist": [{"con": "a"}, {"con": "b"}]});
        assert_eq!(QzonePost::read(&parts).text, "ab");
        assert_eq!(QzonePost::read(&json!({})).pictures, Vec::<String>::new());
    }
}
