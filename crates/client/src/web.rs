//! Requests to QQ's web pages with the account's cookie. protocol/04 §9, §10

use std::time::{Duration, SystemTime};

use nekonap_wire::{
    command::Refusal,
    commands::credentials::{GetWebKeys, token},
    proto::credentials::WebKeysRequest,
};
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use crate::{client::Client, config::Address, error::CallError};

/// Host of the group pages, and the domain that their key is valid for.
const GROUPS: &str = "qun.qq.com";
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

impl Client {
    /// Fetches a JSON page of the group host. If the page rejects the key, fetches a new key and tries once more.
    ///
    /// # Errors
    /// The server returns no key, the page cannot be fetched, or it is not the expected JSON.
    pub(crate) async fn group_page<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<T, CallError> {
        let malformed = |error: &dyn std::fmt::Display| CallError::Malformed(error.to_string());
        let (http, key) = self.web_key(false).await?;
        let page = self.fetch(&http, &key, path, query).await?;
        if !page.starts_with(b"{") {
            let (http, key) = self.web_key(true).await?;
            let page = self.fetch(&http, &key, path, query).await?;
            return serde_json::from_slice(&page).map_err(|error| malformed(&error));
        }
        serde_json::from_slice(&page).map_err(|error| malformed(&error))
    }

    /// The HTTP client and the account's page key. `renew` fetches a new key even if the stored one is valid.
    async fn web_key(&self, renew: bool) -> Result<(reqwest::Client, String), CallError> {
        let mut kept = self.inner.web.kept.lock().await;
        let http = match &kept.http {
            Some(http) => http.clone(),
            None => {
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
                http
            }
        };
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

    async fn fetch(
        &self,
        http: &reqwest::Client,
        key: &str,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<Vec<u8>, CallError> {
        let me = self.inner.myself()?;
        let base = base(self.inner.config.web.as_ref());
        let cookie = format!("p_uin=o{uin}; p_skey={key}; uin=o{uin}", uin = me.uin);
        let unreachable = |error: reqwest::Error| {
            if error.is_timeout() {
                CallError::TimedOut
            } else {
                CallError::Malformed(error.without_url().to_string())
            }
        };
        let mut url = reqwest::Url::parse(&format!("{base}{path}"))
            .map_err(|error| CallError::Invalid(error.to_string()))?;
        url.query_pairs_mut()
            .extend_pairs(query)
            .append_pair("bkn", &token(key).to_string());
        let mut response = http
            .get(url)
            .header("cookie", cookie)
            .send()
            .await
            .map_err(unreachable)?;
        let status = response.status();
        if !status.is_success() {
            let text = format!("the web page answered {status}");
            return Err(Refusal::new(status.as_u16().into(), text).into());
        }
        let mut page = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if page.len() + chunk.len() > LARGEST {
                return Err(CallError::Malformed("the web page is too large".to_owned()));
            }
            page.extend_from_slice(&chunk);
        }
        Ok(page)
    }
}

/// Base URL of the pages.
fn base(web: Option<&Address>) -> String {
    match web {
        Some(address) => format!("http://{address}"),
        None => format!("https://{GROUPS}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configured_address_replaces_the_host() {
        assert_eq!(base(None), "https://qun.qq.com");
        let sandbox = Address::new("127.0.0.1", 3002);
        assert_eq!(base(Some(&sandbox)), "http://127.0.0.1:3002");
    }
}
