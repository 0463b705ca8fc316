//! `get_qzone_feeds` (api/newer §4.3).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use nekonap_client::{FeedCursor, QzoneFeed as Known};
use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::failure::{in_range, read_failed};
use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// Most feeds of a call.
const MOST: u32 = 50;
/// Longest cursor, in bytes.
const LONGEST: usize = 8_192;

/// Parameters of `get_qzone_feeds`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetQzoneFeeds {
    /// Number of the page, from 1.
    #[serde(default = "one")]
    page_num: u32,
    /// How many feeds to return, 1 to 50.
    #[serde(default = "ten")]
    count: u32,
    /// `next_cursor` of the page before; then `page_num` does not count.
    cursor: Option<String>,
}

const fn one() -> u32 {
    1
}

const fn ten() -> u32 {
    10
}

/// A page of feeds.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QzoneFeeds {
    /// The feeds, newest first.
    feeds: Vec<QzoneFeed>,
    /// Whether there are more.
    has_more: bool,
    /// What to give as `cursor` for the next page; empty at the end.
    next_cursor: String,
}

/// Something that a friend did in a Qzone.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QzoneFeed {
    /// Whose it is; 0 if unknown.
    uin: u64,
    /// Name of that account.
    nickname: String,
    /// When, Unix seconds.
    time: u64,
    /// 311 is a post, 4 an album.
    appid: u64,
    /// Its key; the `tid` of a post.
    key: String,
    /// How browsers show it.
    html: String,
    /// The text, where the HTML has it.
    content: Option<String>,
    /// URLs of the pictures, where the HTML has them.
    images: Option<Vec<String>>,
}

impl From<Known> for QzoneFeed {
    fn from(known: Known) -> Self {
        Self {
            uin: known.uin.map_or(0, Uin::get),
            nickname: known.name,
            time: known.time,
            appid: known.kind,
            key: known.key,
            html: known.html,
            content: known.text,
            images: known.pictures,
        }
    }
}

/// The text of a cursor.
fn encoded(cursor: &FeedCursor) -> String {
    let parts = serde_json::json!([cursor.begin_time, cursor.page, cursor.extra]);
    URL_SAFE_NO_PAD.encode(parts.to_string())
}

fn decoded(text: &str) -> Option<FeedCursor> {
    if text.len() > LONGEST {
        return None;
    }
    let parts = URL_SAFE_NO_PAD.decode(text).ok()?;
    let [begin_time, page, extra]: [String; 3] = serde_json::from_slice(&parts).ok()?;
    Some(FeedCursor {
        begin_time,
        page,
        extra,
    })
}

pub(crate) async fn list(cx: Context, params: GetQzoneFeeds) -> Result<QzoneFeeds> {
    let wanted = in_range("count", params.count, MOST)?;
    let page = in_range("page_num", params.page_num, u32::MAX)?;
    let cursor = params.cursor.as_deref().map(str::trim);
    let cursor =
        match cursor.filter(|text| !text.is_empty()) {
            Some(text) => Some(decoded(text).ok_or_else(|| {
                Failure::invalid("cursor", "it is not the `next_cursor` of a page")
            })?),
            None => None,
        };
    let page = cx
        .client()
        .qzone_feeds(page, wanted, cursor.as_ref())
        .await
        .map_err(read_failed)?;
    Ok(QzoneFeeds {
        feeds: page.feeds.into_iter().map(QzoneFeed::from).collect(),
        has_more: page.next.is_some(),
        next_cursor: page.next.as_ref().map(encoded).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_is_read_back_and_other_texts_are_refused() {
        let cursor = FeedCursor {
            begin_time: "1700000000".to_owned(),
            page: "2".to_owned(),
            extra: "a=\"花\"&b".to_owned(),
        };
        assert_eq!(decoded(&encoded(&cursor)), Some(cursor));
        for wrong in ["x", "花", "W10", &"A".repeat(LONGEST + 4)] {
            assert_eq!(decoded(wrong), None, "{wrong}");
        }
    }
}
