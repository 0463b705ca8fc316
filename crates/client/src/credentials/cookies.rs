//! Cookies for QQ's web pages: the client key logs the account in at QQ's log-in page. protocol/04 §9.2

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use nekonap_ids::Uin;
use nekonap_wire::{
    commands::credentials::{GetWebKeys, token},
    proto::credentials::WebKeysRequest,
};
use reqwest::{Url, header};

use super::ClientKey;
use crate::{client::Client, config::Address, error::CallError};

/// The page that logs an account in with its client key.
const JUMP: &str = "https://ssl.ptlogin2.qq.com/jump";
/// Target of a log-in that only has to give the `skey`.
const ANY_TARGET: &str =
    "https://h5.qzone.qq.com/qqnt/qzoneinpcqq/friend?refresh=0&clientuin=0&darkMode=0";
/// Redirects that are followed.
const MAX_REDIRECTS: usize = 5;
/// How long cookies are used. QQ allows a day at most.
const LIFETIME: Duration = Duration::from_secs(1_800);
/// Domains whose cookies are kept. Beyond it all are forgotten.
const MAX_DOMAINS: usize = 32;
/// Longest cookie value that is kept, in bytes. Known ones have fewer than 64.
const LONGEST: usize = 1_024;

/// Cookies of an account for a domain. They are secrets: `Debug` does not show them.
#[derive(Clone, PartialEq, Eq)]
pub struct Cookies {
    /// The account.
    pub uin: Uin,
    /// Key of the account that is the same for all domains.
    pub skey: String,
    /// Key for the pages of the domain; `None` for cookies of no particular domain.
    pub p_skey: Option<String>,
}

impl Cookies {
    /// The value of a `Cookie` header.
    pub fn line(&self) -> String {
        let Self { uin, skey, p_skey } = self;
        match p_skey {
            Some(p_skey) => format!("p_uin=o{uin}; p_skey={p_skey}; skey={skey}; uin=o{uin}"),
            None => format!("skey={skey}; uin=o{uin}"),
        }
    }

    /// The CSRF token that most pages want: made from the `skey`. 31 bits. protocol/04 §9.3
    pub fn token(&self) -> u32 {
        token(&self.skey)
    }

    /// The CSRF token made from the `p_skey`, if there is one. 31 bits. protocol/04 §9.3
    pub fn page_token(&self) -> Option<u32> {
        self.p_skey.as_deref().map(token)
    }
}

impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Cookies");
        shown.field("uin", &self.uin).finish_non_exhaustive()
    }
}

/// Cookies by domain, with the time of their log-in.
#[derive(Default)]
pub(crate) struct KeptCookies(Mutex<HashMap<Option<String>, (Instant, Cookies)>>);

impl KeptCookies {
    fn get(&self, domain: Option<&str>, account: Uin) -> Option<Cookies> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, cookies) = kept.get(&domain.map(str::to_owned))?;
        (since.elapsed() < LIFETIME && cookies.uin == account).then(|| cookies.clone())
    }

    fn keep(&self, domain: Option<&str>, cookies: Cookies) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let domain = domain.map(str::to_owned);
        if kept.len() >= MAX_DOMAINS && !kept.contains_key(&domain) {
            kept.clear();
        }
        kept.insert(domain, (Instant::now(), cookies));
    }

    /// Forgets cookies that a page has rejected, unless others are kept already.
    pub(crate) fn forget(&self, domain: Option<&str>, rejected: &Cookies) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let domain = domain.map(str::to_owned);
        if kept
            .get(&domain)
            .is_some_and(|(_, cookies)| cookies == rejected)
        {
            kept.remove(&domain);
        }
    }
}

/// Keys collected from the `Set-Cookie` headers of a log-in.
#[derive(Default)]
struct Jar {
    skey: Option<String>,
    p_skey: Option<String>,
}

impl Jar {
    /// Takes the keys of a `Set-Cookie` header. Empty values, which remove a cookie, and page keys of other domains are
    /// left out.
    fn take(&mut self, header: &str, domain: Option<&str>) {
        let mut parts = header.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|cookie| cookie.split_once('=')) else {
            return;
        };
        if value.is_empty() || value.len() > LONGEST || !value.bytes().all(is_cookie_byte) {
            return;
        }
        let of = parts.find_map(|part| {
            let (key, of) = part.split_once('=')?;
            let of = of.trim_start_matches('.');
            key.eq_ignore_ascii_case("domain").then_some(of)
        });
        match (name, domain) {
            ("skey", _) => self.skey = Some(value.to_owned()),
            ("p_skey", Some(domain)) if of.is_none_or(|of| is_within(domain, of)) => {
                self.p_skey = Some(value.to_owned());
            }
            _ => {}
        }
    }

    fn is_complete(&self, domain: Option<&str>) -> bool {
        self.skey.is_some() && (domain.is_none() || self.p_skey.is_some())
    }
}

impl Client {
    /// The account's cookies for the pages of a domain such as `qun.qq.com`, or without a domain those that all pages
    /// share. They are kept for half an hour. protocol/04 §9.2
    ///
    /// # Errors
    /// The domain is not a host name; the server gives no client key or no key for the domain; the log-in page gives no
    /// `skey` or does not answer.
    pub async fn cookies(&self, domain: Option<&str>) -> Result<Cookies, CallError> {
        if let Some(domain) = domain.filter(|domain| !is_host_name(domain)) {
            let text = format!("{domain:?} is not a domain");
            return Err(CallError::Invalid(text));
        }
        let session = self.inner.session()?;
        let me = self.inner.myself()?;
        if let Some(kept) = self.inner.cookies.get(domain, me.uin) {
            return Ok(kept);
        }
        let jar = self.jump(me.uin, domain).await?;
        let skey = jar
            .skey
            .ok_or_else(|| CallError::Malformed("the log-in page gives no skey".to_owned()))?;
        let p_skey = match (domain, jar.p_skey) {
            (Some(domain), None) => {
                let request = WebKeysRequest::new(domain);
                let key = session.call::<GetWebKeys>(&request).await?.key();
                let missing = || CallError::Malformed(format!("no key for the pages of {domain}"));
                Some(key.ok_or_else(missing)?)
            }
            (_, p_skey) => p_skey,
        };
        let cookies = Cookies {
            uin: me.uin,
            skey,
            p_skey,
        };
        self.inner.cookies.keep(domain, cookies.clone());
        Ok(cookies)
    }

    /// Logs the account in at QQ's log-in page and follows its redirects, as long as keys are missing.
    async fn jump(&self, me: Uin, domain: Option<&str>) -> Result<Jar, CallError> {
        let http = self.web_http().await?;
        let mut url = jump(me, &self.client_key().await?, domain)?;
        let mut jar = Jar::default();
        for hop in 0..=MAX_REDIRECTS {
            let mut cookies = format!("uin=o{me}");
            if let Some(skey) = &jar.skey {
                cookies = format!("{cookies}; skey={skey}");
            }
            let to = mapped(&url, self.inner.config.web.as_ref())?;
            let sent = http.get(to).header(header::COOKIE, cookies).send().await;
            let response = match sent {
                Ok(response) => response,
                Err(error) if hop == 0 && error.is_timeout() => return Err(CallError::TimedOut),
                Err(error) if hop == 0 => {
                    return Err(CallError::Malformed(error.without_url().to_string()));
                }
                // The keys of the hops before count.
                Err(_) => break,
            };
            for line in response.headers().get_all(header::SET_COOKIE) {
                if let Ok(line) = line.to_str() {
                    jar.take(line, domain);
                }
            }
            let next = response.headers().get(header::LOCATION);
            let next = next.and_then(|next| url.join(next.to_str().ok()?).ok());
            match next {
                Some(next) if !jar.is_complete(domain) && is_own(&next, domain) => url = next,
                _ => break,
            }
        }
        Ok(jar)
    }
}

/// Address of the log-in.
fn jump(me: Uin, key: &ClientKey, domain: Option<&str>) -> Result<Url, CallError> {
    let target = domain.map_or_else(
        || ANY_TARGET.to_owned(),
        |domain| format!("https://{domain}/{me}/infocenter"),
    );
    let mut url = Url::parse(JUMP).map_err(|error| CallError::Invalid(error.to_string()))?;
    url.query_pairs_mut()
        .append_pair("ptlang", "1033")
        .append_pair("clientuin", &me.to_string())
        .append_pair("clientkey", &key.key)
        .append_pair("u1", &target)
        .append_pair("keyindex", &key.index.to_string());
    Ok(url)
}

/// The same path and query at the configured address, if there is one.
fn mapped(url: &Url, web: Option<&Address>) -> Result<Url, CallError> {
    let Some(address) = web else {
        return Ok(url.clone());
    };
    let path = url.query().map_or_else(
        || url.path().to_owned(),
        |query| format!("{}?{query}", url.path()),
    );
    Url::parse(&format!("http://{address}{path}"))
        .map_err(|error| CallError::Invalid(error.to_string()))
}

/// Whether a redirect leads to a page that may get the keys: QQ's own, or one of the domain.
fn is_own(url: &Url, domain: Option<&str>) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let own = |of: &str| is_within(host, of);
    url.scheme() == "https" && (own("qq.com") || domain.is_some_and(own))
}

/// Whether a host is this domain or below it.
fn is_within(host: &str, domain: &str) -> bool {
    host == domain
        || host
            .strip_suffix(domain)
            .is_some_and(|above| above.ends_with('.'))
}

fn is_host_name(domain: &str) -> bool {
    let label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len()) && label.bytes().all(inner)
    };
    domain.len() <= 253 && domain.contains('.') && domain.split('.').all(label)
}

/// Printable ASCII without what separates cookies.
fn is_cookie_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookie_line_and_tokens_match_the_specification() {
        let mut cookies = Cookies {
            uin: Uin::new(10001).expect("an account"),
            skey: "a".to_owned(),
            p_skey: Some("b".to_owned()),
        };
        assert_eq!(cookies.line(), "p_uin=o10001; p_skey=b; skey=a; uin=o10001");
        assert_eq!(
            (cookies.token(), cookies.page_token()),
            (177_670, Some(177_671))
        );
        cookies.p_skey = None;
        assert_eq!(cookies.line(), "skey=a; uin=o10001");
        assert_eq!(cookies.page_token(), None);
        assert!(!format!("{cookies:?}").contains("skey"));
    }

    #[test]
    fn keys_of_the_domain_are_taken_from_set_cookie() {
        let take = |lines: &[&str]| {
            let mut jar = Jar::default();
            for line in lines {
                jar.take(line, Some("qun.qq.com"));
            }
            (jar.skey, jar.p_skey)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            take(&[
                "skey=@one; Path=/; Domain=qq.com;",
                "p_skey=two; path=/; domain=.qun.qq.com; Secure",
                "skey=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                "p_skey=three; Domain=vip.qq.com",
                "p_skey",
            ]),
            (some("@one"), some("two"))
        );
        assert_eq!(take(&["p_skey=four"]), (None, some("four")));
        let long = format!("skey={}", "x".repeat(2_000));
        assert_eq!(take(&[&long, "skey=a\tb", "skey=a\"b"]), (None, None));
    }

    #[test]
    fn redirects_leave_neither_qq_nor_the_domain() {
        let own = |url: &str| is_own(&Url::parse(url).expect("a URL"), Some("weiyun.com"));
        assert!(own("https://ptlogin2.qq.com/check_sig?a=1"));
        assert!(own("https://qq.com/"));
        assert!(own("https://www.weiyun.com/"));
        for other in [
            "http://ptlogin2.qq.com/",
            "https://evilqq.com/",
            "https://qq.com.example.org/",
            "https://127.0.0.1/",
        ] {
            assert!(!own(other), "{other}");
        }
    }

    #[test]
    fn configured_address_replaces_every_host() {
        let url = Url::parse("https://ptlogin2.qq.com/check_sig?a=1%20b").expect("a URL");
        let sandbox = Address::new("127.0.0.1", 3002);
        assert_eq!(
            mapped(&url, Some(&sandbox)).expect("a URL").as_str(),
            "http://127.0.0.1:3002/check_sig?a=1%20b"
        );
        assert_eq!(mapped(&url, None), Ok(url));
    }

    #[test]
    fn domains_are_host_names() {
        for good in ["qun.qq.com", "qq.com", "h5.qzone.qq.com"] {
            assert!(is_host_name(good), "{good}");
        }
        for bad in [
            "",
            "localhost",
            "qq.com/x",
            "a..b",
            "qun.qq.com:80",
            "群.qq.com",
            "a b.c",
        ] {
            assert!(!is_host_name(bad), "{bad}");
        }
    }
}
