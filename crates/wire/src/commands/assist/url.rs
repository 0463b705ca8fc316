//! Safety of a link (protocol/04 §13.2).

use nekonap_ids::Uin;

use crate::proto::assist::{UrlQuery, UrlReply, UrlRequest, UrlResult, UrlVerdict};

/// What field 17 of the request says about the client, as production clients send it.
const QUA: &str =
    "AQQ_2013 4.6/2013 8.4.184945&NA_0/000000&ADR&null18&linux&2017&C2293D02BEE31158&7.1.2&V3";
/// `umr_type` of a link that is known and safe.
const KNOWN: u32 = 2;

/// How safe a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UrlSafety {
    /// Known and safe.
    Safe,
    /// Not known.
    Unknown,
    /// Dangerous: clients show a page that warns of it.
    Dangerous,
}

impl UrlRequest {
    /// For [`CheckUrl`](super::CheckUrl): a link that the account `me` wants to know about.
    pub fn new(me: Uin, url: &str) -> Self {
        let url = url.to_owned();
        Self {
            query: Some(UrlQuery {
                urls: vec![url.clone()],
                seen_in: Some("mqq.group".to_owned()),
                field_5: Some(2),
                uin: Some(me.get()),
                scene: Some("webview".to_owned()),
                url: Some(url.clone()),
                field_12: Some(false),
                field_14: Some(false),
                urls_again: vec![url],
                field_16: Some(1),
                qua: Some(QUA.to_owned()),
            }),
        }
    }

    /// The links, for a server.
    pub fn urls(&self) -> &[String] {
        self.query.as_ref().map_or(&[], |query| &query.urls)
    }
}

impl UrlReply {
    /// The verdicts on links, for a server. `warning`: the page that warns of dangerous links.
    pub fn of(verdicts: impl IntoIterator<Item = (String, UrlSafety)>, warning: &str) -> Self {
        let verdicts = verdicts.into_iter().map(|(url, safety)| UrlVerdict {
            url: Some(url),
            result: Some(0),
            jump_result: Some(0),
            jump_url: (safety == UrlSafety::Dangerous).then(|| warning.to_owned()),
            level: Some(0),
            sub_level: Some(0),
            umr_type: Some(match safety {
                UrlSafety::Safe => KNOWN,
                UrlSafety::Unknown | UrlSafety::Dangerous => 0,
            }),
        });
        Self {
            text: Some(String::new()),
            result: Some(UrlResult {
                verdicts: verdicts.collect(),
                next_interval: Some(0),
            }),
        }
    }

    /// The verdict on the link of the request.
    pub fn safety(&self) -> UrlSafety {
        let mut verdicts = self.result.iter().flat_map(|result| &result.verdicts);
        match verdicts.next() {
            Some(verdict) if verdict.jump_url.as_ref().is_some_and(|url| !url.is_empty()) => {
                UrlSafety::Dangerous
            }
            Some(verdict) if verdict.umr_type == Some(KNOWN) => UrlSafety::Safe,
            _ => UrlSafety::Unknown,
        }
    }
}
