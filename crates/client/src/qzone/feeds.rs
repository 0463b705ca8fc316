//! What friends posted. api/newer §4.3

use nekonap_ids::Uin;
use serde_json::Value;

use super::{
    answer::{account, count, number, objects, text},
    call::{Request, host},
    feed_html,
    posts::fixed,
};
use crate::{client::Client, error::CallError};

/// Where the next page begins: three texts of the answer before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedCursor {
    /// `begintime` of the answer.
    pub begin_time: String,
    /// Number of the next page.
    pub page: String,
    /// `externparam` of the answer.
    pub extra: String,
}

/// Something that a friend did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QzoneFeed {
    /// Whose it is; `None` if the page does not name the account.
    pub uin: Option<Uin>,
    /// Name of that account.
    pub name: String,
    /// When, Unix seconds; 0 if unknown.
    pub time: u64,
    /// What it is: 311 is a post, 4 an album.
    pub kind: u64,
    /// Its key; the id of a post.
    pub key: String,
    /// How browsers show it.
    pub html: String,
    /// The text, where the HTML has it.
    pub text: Option<String>,
    /// URLs of the pictures, where the HTML has them.
    pub pictures: Option<Vec<String>>,
}

/// A page of what friends did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QzoneFeedPage {
    /// Newest first.
    pub feeds: Vec<QzoneFeed>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<FeedCursor>,
}

impl Client {
    /// What the account's friends posted, newest first: about `wanted` entries of a page, counted from 1, or of the page after
    /// a cursor.
    ///
    /// # Errors
    /// There are no cookies, or the page refuses or does not reply.
    pub async fn qzone_feeds(
        &self,
        page: u32,
        wanted: u32,
        cursor: Option<&FeedCursor>,
    ) -> Result<QzoneFeedPage, CallError> {
        let me = self.inner.myself()?.uin;
        let mut fields = fixed(&[
            ("scope", "0"),
            ("view", "1"),
            ("filter", "all"),
            ("flag", "1"),
            ("applist", "all"),
            ("aisortEndTime", "0"),
            ("aisortOffset", "0"),
            ("aisortBeginTime", "0"),
            ("format", "jsonp"),
            ("callback", "_Callback"),
            ("useutf8", "1"),
            ("outputhtmlfeed", "1"),
        ]);
        fields.push(("uin", me.to_string()));
        fields.push(("count", wanted.to_string()));
        let (number, begin, extra) = match cursor {
            Some(cursor) => (
                cursor.page.clone(),
                cursor.begin_time.clone(),
                Some(cursor.extra.clone()),
            ),
            None => (page.to_string(), "0".to_owned(), None),
        };
        fields.push(("pagenum", number));
        fields.push(("begintime", begin));
        fields.extend(extra.map(|extra| ("externparam", extra)));
        let path = "/cgi-bin/feeds/feeds3_html_more";
        let answer = self
            .qzone(&Request::read(host::FEEDS, path, fields))
            .await?;
        Ok(read(&answer["data"]))
    }
}

fn read(data: &Value) -> QzoneFeedPage {
    let main = &data["main"];
    let more = [&main["hasMoreFeeds"], &data["hasmore"]].map(number);
    let more = more.into_iter().flatten().next().unwrap_or(0) != 0;
    let feeds = objects(&data["data"])
        .map(|entry| {
            let html = text(&entry["html"]);
            let content = feed_html::content(&html);
            // A post with a text and without an element for pictures has none.
            let none = content.is_some().then(Vec::new);
            QzoneFeed {
                uin: account(&entry["uin"]).or_else(|| account(&entry["opuin"])),
                name: text(&entry["nickname"]),
                time: count(&entry["abstime"]),
                kind: count(&entry["appid"]),
                key: text(&entry["key"]),
                text: content,
                pictures: feed_html::pictures(&html).or(none),
                html,
            }
        })
        .collect();
    QzoneFeedPage {
        feeds,
        next: more.then(|| FeedCursor {
            begin_time: text(&main["begintime"]),
            page: text(&main["pagenum"]),
            extra: text(&main["externparam"]),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qzone::answer::read_qzone_answer;

    #[test]
    fn feeds_are_read_from_an_object_literal() {
        let page = r"_Callback({code:0,subcode:0,message:'',data:{main:{hasMoreFeeds:true,begintime:'1700000000',pagenum:'2',
            externparam:'offset\x3d20'},data:[{appid:'311',typeid:'0',key:'0a1b2c3d4e5f60718293a4b5',abstime:'1700000001',uin:'10002',
            nickname:'Bob',html:'\x3Cdiv class=\x22f-info\x22\x3Ehi\x3C\/div\x3E'},undefined]}});";
        let answer = read_qzone_answer(page.as_bytes()).expect("an answer");
        let page = read(&answer["data"]);
        assert_eq!(page.feeds.len(), 1);
        let feed = &page.feeds[0];
        assert_eq!((feed.kind, feed.text.as_deref()), (311, Some("hi")));
        assert_eq!(feed.pictures, Some(Vec::new()));
        let next = page.next.expect("a next page");
        assert_eq!((&next.page[..], &next.extra[..]), ("2", "offset=20"));
    }
}
