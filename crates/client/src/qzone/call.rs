//! Requests to Qzone's pages: cookies, the two gateways, and what is repeated. api/newer §3.1, §3.2

use std::time::Duration;

use nekonap_ids::Uin;
use nekonap_wire::command::Refusal;
use serde_json::Value;

use super::answer::{read_qzone_answer, succeeded};
use crate::{
    client::Client,
    credentials::Cookies,
    error::CallError,
    web::{base, read_body, unreachable},
};

/// Domain of the cookies.
const DOMAIN: &str = "qzone.qq.com";
/// Both serve the pages of all hosts.
const GATEWAYS: [&str; 2] = ["user.qzone.qq.com", "h5.qzone.qq.com"];
/// Host that takes pictures, without a gateway.
const UPLOADS: &str = "up.qzone.qq.com";
/// A browser's name, as Qzone's pages expect it.
const BROWSER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
/// Timeout of the upload of a picture.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(120);
/// The page does not accept the cookies.
const NOT_LOGGED_IN: i64 = -3_000;
/// Too many people use Qzone at the moment.
const BUSY: i64 = -10_000;
/// Our own code for a failed step before the request: nothing was changed.
const NOT_SENT: i64 = -1;

/// Hosts behind the gateways.
pub(super) mod host {
    /// Posts and comments.
    pub(in crate::qzone) const POSTS: &str = "taotao.qzone.qq.com";
    /// One post with everything that belongs to it.
    pub(in crate::qzone) const DETAIL: &str = "taotao.qq.com";
    /// Likes and people who are kept out.
    pub(in crate::qzone) const SOCIAL: &str = "w.qzone.qq.com";
    /// What friends posted.
    pub(in crate::qzone) const FEEDS: &str = "ic2.qzone.qq.com";
    /// Names and descriptions.
    pub(in crate::qzone) const PROFILES: &str = "base.qzone.qq.com";
}

/// A request to a page.
pub(super) struct Request<'a> {
    host: &'static str,
    path: &'static str,
    fields: Vec<(&'static str, String)>,
    action: Action,
    /// A field that every answer has unless the page rejects the cookies.
    expected: Option<&'a str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    /// Everything in the query.
    Read,
    /// A form that changes nothing.
    ReadByForm,
    /// A form that changes something.
    Write,
    /// A form with a file, straight to [`UPLOADS`].
    Upload,
}

impl<'a> Request<'a> {
    /// Reads a page.
    pub(super) fn read(
        host: &'static str,
        path: &'static str,
        fields: Vec<(&'static str, String)>,
    ) -> Self {
        Self {
            host,
            path,
            fields,
            action: Action::Read,
            expected: None,
        }
    }

    /// Reads a page that wants a form.
    pub(super) fn read_by_form(
        host: &'static str,
        path: &'static str,
        fields: Vec<(&'static str, String)>,
    ) -> Self {
        Self {
            action: Action::ReadByForm,
            ..Self::read(host, path, fields)
        }
    }

    /// Changes something.
    pub(super) fn write(
        host: &'static str,
        path: &'static str,
        fields: Vec<(&'static str, String)>,
    ) -> Self {
        Self {
            action: Action::Write,
            ..Self::read(host, path, fields)
        }
    }

    /// Uploads a picture. The keys of the cookies are added to the fields.
    pub(super) fn upload(path: &'static str, fields: Vec<(&'static str, String)>) -> Self {
        Self {
            action: Action::Upload,
            ..Self::read(UPLOADS, path, fields)
        }
    }

    /// Every answer has this field unless the page rejects the cookies.
    pub(super) fn expecting(self, field: &'a str) -> Self {
        Self {
            expected: Some(field),
            ..self
        }
    }

    fn changes(&self) -> bool {
        self.action == Action::Write
    }

    /// Address of the page without a query. With a configured address it is the same for both gateways.
    fn address(&self, gateway: &str, web: Option<&crate::config::Address>) -> String {
        if self.action == Action::Upload {
            return format!("{}{}", base(web, UPLOADS), self.path);
        }
        let Self { host, path, .. } = self;
        format!("{}/proxy/domain/{host}{path}", base(web, gateway))
    }
}

/// Address of an account's Qzone, which requests name as the page they come from.
pub(super) fn referrer(me: Uin) -> String {
    format!("https://user.qzone.qq.com/{me}")
}

/// The error of a step before the request that changes something: nothing was changed yet.
pub(super) fn unsent(error: CallError) -> CallError {
    if error.maybe_delivered() {
        let text = format!("{error} (nothing was changed)");
        return Refusal::new(NOT_SENT, text).into();
    }
    error
}

/// The error of a request that got no answer.
fn unanswered(error: reqwest::Error) -> CallError {
    if error.is_connect() {
        unsent(unreachable(error))
    } else {
        unreachable(error)
    }
}

impl Client {
    /// Makes a request. Cookies that have lapsed are renewed once. A busy page that only reads is tried once more over the other
    /// gateway. Nothing else is repeated.
    ///
    /// # Errors
    /// There are no cookies; the page refuses, or its answer is lost or cannot be read. After a write the error says whether
    /// the page may have done it ([`CallError::maybe_delivered`]).
    pub(super) async fn qzone(&self, request: &Request<'_>) -> Result<Value, CallError> {
        let [mut gateway, other] = GATEWAYS;
        let mut renewed = false;
        loop {
            let cookies = self.cookies(Some(DOMAIN)).await.map_err(unsent)?;
            let error = match self.qzone_answer(gateway, &cookies, request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match &error {
                CallError::Refused(refusal) if refusal.code == NOT_LOGGED_IN && !renewed => {
                    renewed = true;
                    self.inner.cookies.forget(Some(DOMAIN), &cookies);
                }
                CallError::Refused(refusal)
                    if refusal.code == BUSY && !request.changes() && gateway != other =>
                {
                    gateway = other;
                }
                _ => return Err(error),
            }
        }
    }

    async fn qzone_answer(
        &self,
        gateway: &str,
        cookies: &Cookies,
        request: &Request<'_>,
    ) -> Result<Value, CallError> {
        let invalid = |error: &dyn std::fmt::Display| CallError::Invalid(error.to_string());
        let http = self.web_http().await.map_err(unsent)?;
        let web = self.inner.config.web.as_ref();
        let mut url =
            reqwest::Url::parse(&request.address(gateway, web)).map_err(|error| invalid(&error))?;
        url.query_pairs_mut()
            .append_pair("g_tk", &cookies.token().to_string());
        let call = if request.action == Action::Read {
            url.query_pairs_mut().extend_pairs(&request.fields);
            http.get(url)
        } else {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(&request.fields);
            if request.action == Action::Upload {
                form.append_pair("skey", &cookies.skey);
                form.append_pair("p_skey", cookies.p_skey.as_deref().unwrap_or_default());
            }
            let kind = "application/x-www-form-urlencoded";
            let call = http.post(url).header("content-type", kind);
            call.body(form.finish())
        };
        let host = match request.action {
            Action::Upload => UPLOADS,
            _ => gateway,
        };
        let mut call = call
            .header("host", host)
            .header("cookie", cookies.line())
            .header("referer", referrer(cookies.uin))
            .header("user-agent", BROWSER);
        if request.action == Action::Upload {
            call = call.timeout(UPLOAD_TIMEOUT);
        }
        let response = call.send().await.map_err(unanswered)?;
        let status = response.status();
        if status.is_redirection() || matches!(status.as_u16(), 401 | 403) {
            let text = format!("the page answered {status}");
            return Err(Refusal::new(NOT_LOGGED_IN, text).into());
        }
        if !status.is_success() {
            // A gateway also answers so when the page behind it did the work.
            let text = format!("the page answered {status}");
            return Err(CallError::Malformed(text));
        }
        let answer = succeeded(read_qzone_answer(&read_body(response).await?)?)?;
        if let Some(field) = request.expected
            && answer.get(field).is_none()
        {
            let text = format!("the answer has no `{field}`");
            return Err(Refusal::new(NOT_LOGGED_IN, text).into());
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Address;

    #[test]
    fn gateways_serve_all_hosts_and_uploads_need_none() {
        let read = Request::read(host::POSTS, "/cgi-bin/x", Vec::new());
        let addresses = GATEWAYS.map(|gateway| read.address(gateway, None));
        assert_eq!(
            addresses,
            [
                "https://user.qzone.qq.com/proxy/domain/taotao.qzone.qq.com/cgi-bin/x",
                "https://h5.qzone.qq.com/proxy/domain/taotao.qzone.qq.com/cgi-bin/x",
            ]
        );
        let sandbox = Address::new("127.0.0.1", 3002);
        assert_eq!(
            read.address(GATEWAYS[1], Some(&sandbox)),
            "http://127.0.0.1:3002/proxy/domain/taotao.qzone.qq.com/cgi-bin/x"
        );
        let upload = Request::upload("/cgi-bin/upload/x", Vec::new());
        assert_eq!(
            upload.address(GATEWAYS[0], None),
            "https://up.qzone.qq.com/cgi-bin/upload/x"
        );
    }

    #[test]
    fn failed_step_before_a_write_did_not_write() {
        for error in [
            CallError::TimedOut,
            CallError::Malformed("x".to_owned()),
            CallError::Disconnected { sent: true },
            CallError::Offline,
        ] {
            assert!(!unsent(error).maybe_delivered());
        }
    }
}
