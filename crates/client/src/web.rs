//! Requests to QQ's web pages with the account's cookie. protocol/04 §9, §10

use std::time::{Duration, SystemTime};

use nekonap_wire::{
    command::Refusal,
    commands::credentials::{GetWebKeys, token},
    proto::credentials::WebKeysRequest,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::{client::Client, config::Address, error::CallError};

/// Domain that the key of the group pages is valid for.
const GROUPS: &str = "qun.qq.com";
/// Host of the pages of announcements.
const ANNOUNCEMENTS: &str = "web.qun.qq.com";
/// What precedes the JSON of a page that is a document for browsers.
const STATE: &[u8] = b"window.__INITIAL_STATE__=";
/// Timeout of a page request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// Largest page that is read, in bytes: about twenty times a full page.
const LARGEST: usize = 4 << 20;
/// How long a key is used at most (protocol/04 §9.1).
const KEY_LIFETIME: Duration = Duration::from_secs(86_400);

/// HTTP client and page key, shared by all requests.
#[derive(Default)]
pub(crate) struct Web {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    http: Option<reqwest::Client>,
    key: Option<(String, SystemTime)>,
}

/// A request to a web page.
pub(crate) struct Page<'a> {
    host: &'static str,
    path: &'a str,
    query: Vec<(&'a str, String)>,
    /// Name of the parameter with the token.
    token: &'static str,
    body: Body<'a>,
    document: bool,
    /// What the JSON contains unless the page rejects the key.
    expected: Option<&'static str>,
}

enum Body<'a> {
    None,
    /// A form; the token is added to it too.
    Form(Vec<(&'a str, String)>),
    Json(Value),
}

impl<'a> Page<'a> {
    /// A page of the group host that answers with JSON.
    pub(crate) fn new(path: &'a str, query: Vec<(&'a str, String)>) -> Self {
        Self {
            host: GROUPS,
            path,
            query,
            token: "bkn",
            body: Body::None,
            document: false,
            expected: None,
        }
    }

    /// A page of announcements.
    pub(crate) fn announcements(path: &'a str, query: Vec<(&'a str, String)>) -> Self {
        Self {
            host: ANNOUNCEMENTS,
            ..Self::new(path, query)
        }
    }

    /// Posts a form.
    pub(crate) fn form(self, fields: Vec<(&'a str, String)>) -> Self {
        Self {
            body: Body::Form(fields),
            ..self
        }
    }

    /// Posts JSON. The token's parameter has the name that such pages use.
    pub(crate) fn json(self, json: Value) -> Self {
        Self {
            body: Body::Json(json),
            token: "g_tk",
            ..self
        }
    }

    /// The answer is a document that contains the JSON.
    pub(crate) fn document(self) -> Self {
        Self {
            document: true,
            ..self
        }
    }

    /// The JSON of an accepted key contains this value, given as a JSON pointer.
    pub(crate) fn expecting(self, pointer: &'static str) -> Self {
        Self {
            expected: Some(pointer),
            ..self
        }
    }

    /// The JSON in an answer; `None` if the page rejects the key: it answers with a page to log in, or without the expected
    /// value.
    fn read<T: DeserializeOwned>(&self, answer: &[u8]) -> Option<Result<T, CallError>> {
        let json = if self.document {
            let at = answer.windows(STATE.len()).position(|part| part == STATE)?;
            &answer[at + STATE.len()..]
        } else {
            answer.starts_with(b"{").then_some(answer)?
        };
        let mut values = serde_json::Deserializer::from_slice(json).into_iter::<Value>();
        let read = match values.next()? {
            Ok(value) => {
                if let Some(pointer) = self.expected {
                    value.pointer(pointer)?;
                }
                serde_json::from_value(value)
            }
            Err(error) => Err(error),
        };
        Some(read.map_err(|error| CallError::Malformed(error.to_string())))
    }
}

impl Client {
    /// Requests a page. If it rejects the key, fetches a new key and tries once more: a page that does is not executed.
    ///
    /// # Errors
    /// The server returns no key, the page rejects it or cannot be fetched, or it is not the expected JSON.
    pub(crate) async fn page<T: DeserializeOwned>(&self, page: &Page<'_>) -> Result<T, CallError> {
        for renew in [false, true] {
            let (http, key) = self.web_key(renew).await?;
            let answer = self.fetch(&http, &key, page).await?;
            if let Some(value) = answer.and_then(|answer| page.read(&answer)) {
                return value;
            }
        }
        let text = "the web page rejects the account's key";
        Err(CallError::Malformed(text.to_owned()))
    }

    /// The HTTP client for QQ's pages. It follows no redirects.
    pub(crate) async fn web_http(&self) -> Result<reqwest::Client, CallError> {
        let mut kept = self.inner.web.kept.lock().await;
        if let Some(http) = &kept.http {
            return Ok(http.clone());
        }
        let invalid = |error: reqwest::Error| CallError::Invalid(error.to_string());
        let builder = match &self.inner.config.proxy {
            Some(proxy) => {
                let proxy = reqwest::Proxy::all(proxy.reveal()).map_err(invalid)?;
                crate::http::builder().proxy(proxy)
            }
            None => crate::http::builder().no_proxy(),
        };
        let http = builder
            .timeout(REQUEST_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(invalid)?;
        kept.http = Some(http.clone());
        Ok(http)
    }

    /// The HTTP client and the account's page key. `renew` fetches a new key even if the stored one is valid.
    async fn web_key(&self, renew: bool) -> Result<(reqwest::Client, String), CallError> {
        let http = self.web_http().await?;
        let mut kept = self.inner.web.kept.lock().await;
        let now = SystemTime::now();
        if let Some((key, until)) = &kept.key
            && !renew
            && *until > now
        {
            return Ok((http, key.clone()));
        }
        let request = WebKeysRequest::new(GROUPS);
        let reply = self.inner.session()?.call::<GetWebKeys>(&request).await?;
        let key = reply
            .key()
            .ok_or_else(|| CallError::Malformed("no key for web pages".to_owned()))?;
        kept.key = Some((key.clone(), now + KEY_LIFETIME));
        Ok((http, key))
    }

    /// Fetches the answer of a page; `None` if it has the status of a rejected key.
    async fn fetch(
        &self,
        http: &reqwest::Client,
        key: &str,
        page: &Page<'_>,
    ) -> Result<Option<Vec<u8>>, CallError> {
        let me = self.inner.myself()?;
        let base = base(self.inner.config.web.as_ref(), page.host);
        let cookie = format!("p_uin=o{uin}; p_skey={key}; uin=o{uin}", uin = me.uin);
        let token = token(key).to_string();
        let mut url = reqwest::Url::parse(&format!("{base}{}", page.path))
            .map_err(|error| CallError::Invalid(error.to_string()))?;
        url.query_pairs_mut()
            .extend_pairs(&page.query)
            .append_pair(page.token, &token);
        let request = match &page.body {
            Body::None => http.get(url),
            Body::Form(fields) => {
                let form = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(fields)
                    .append_pair(page.token, &token)
                    .finish();
                let kind = "application/x-www-form-urlencoded";
                http.post(url).header("content-type", kind).body(form)
            }
            Body::Json(json) => {
                let request = http.post(url).header("content-type", "application/json");
                request.body(json.to_string())
            }
        };
        let request = request.header("cookie", cookie);
        match read(request).await {
            Err(CallError::Refused(refusal)) if matches!(refusal.code, 401 | 403) => Ok(None),
            answer => answer.map(Some),
        }
    }
}

/// Sends a request and reads the answer.
///
/// # Errors
/// The page cannot be fetched or is too large. [`CallError::Refused`] with the status as code if it is none of success.
pub(crate) async fn read(request: reqwest::RequestBuilder) -> Result<Vec<u8>, CallError> {
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    if !status.is_success() {
        let text = format!("the web page answered {status}");
        return Err(Refusal::new(status.as_u16().into(), text).into());
    }
    read_body(response).await
}

/// The error of a request that got no answer, or not all of it.
#[allow(clippy::needless_pass_by_value)] // For `map_err`.
pub(crate) fn unreachable(error: reqwest::Error) -> CallError {
    if error.is_timeout() {
        CallError::TimedOut
    } else {
        CallError::Malformed(error.without_url().to_string())
    }
}

/// Reads the answer of a page.
///
/// # Errors
/// The answer breaks off, or is larger than pages are.
pub(crate) async fn read_body(mut response: reqwest::Response) -> Result<Vec<u8>, CallError> {
    let mut answer = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if answer.len() + chunk.len() > LARGEST {
            return Err(CallError::Malformed("the web page is too large".to_owned()));
        }
        answer.extend_from_slice(&chunk);
    }
    Ok(answer)
}

/// Base URL of the pages of a host.
pub(crate) fn base(web: Option<&Address>, host: &str) -> String {
    match web {
        Some(address) => format!("http://{address}"),
        None => format!("https://{host}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configured_address_replaces_the_hosts() {
        assert_eq!(base(None, GROUPS), "https://qun.qq.com");
        assert_eq!(base(None, ANNOUNCEMENTS), "https://web.qun.qq.com");
        let sandbox = Address::new("127.0.0.1", 3002);
        assert_eq!(base(Some(&sandbox), GROUPS), "http://127.0.0.1:3002");
    }

    #[test]
    fn json_is_read_from_both_kinds_of_answers() {
        let read = |page: Page<'_>, answer: &str| {
            let read = page.read::<Value>(answer.as_bytes());
            read.map(|value| value.map(|value| value["a"].clone()))
        };
        let json = || Page::new("/", Vec::new());
        let one = Some(Ok(Value::from(1)));
        assert_eq!(read(json(), r#"{"a":1}"#), one);
        assert_eq!(read(json(), "<html>log in</html>"), None);
        assert!(matches!(
            read(json(), r#"{"a":"#),
            Some(Err(CallError::Malformed(_)))
        ));
        let expecting = || json().expecting("/b/c");
        assert_eq!(read(expecting(), r#"{"a":1,"b":{"c":[]}}"#), one);
        assert_eq!(read(expecting(), r#"{"a":1,"b":{}}"#), None);
        let document = r#"<script>window.__INITIAL_STATE__={"a":1};</script>"#;
        assert_eq!(read(json().document(), document), one);
        for other in [
            "<html>log in</html>",
            "window.__INITIAL_STATE__=",
            r#"{"a":1}"#,
        ] {
            assert_eq!(read(json().document(), other), None, "{other}");
        }
    }
}
