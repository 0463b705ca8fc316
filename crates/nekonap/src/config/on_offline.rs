//! `[on_offline]`: what is called when an account is logged out.

use super::{connection, findings::Findings};
use nekonap_gateway::{HttpUrl, Proxy};
use schemars::JsonSchema;
use serde::Deserialize;

/// A command and a URL that are called once each time the account is logged out and a person has to scan a QR code. Both are
/// optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OnOffline {
    /// A program and its arguments, started without a shell. It gets the environment variables `NEKONAP_ACCOUNT`,
    /// `NEKONAP_REASON`, `NEKONAP_QR_URL` and `NEKONAP_QR_FILE`, and is ended after 60 seconds.
    pub command: Vec<String>,
    /// A URL that a JSON object is posted to: `account`, `reason`, `qr_url` and `qr_file`.
    pub url: Option<String>,
    /// Proxy for the URL, `http://` or `socks5://`. Default: that of `[onebot]`, except for an address on this machine. An empty
    /// text connects directly.
    pub proxy: Option<String>,
}

impl OnOffline {
    /// The URL, if one is set.
    pub(crate) fn url(&self) -> Option<&str> {
        self.url.as_deref().filter(|url| !url.is_empty())
    }

    /// The proxy for the URL. `key`: name of the table in messages; `default`: the proxy of `[onebot]`.
    pub(super) fn proxy(
        &self,
        key: &str,
        default: Option<&str>,
        findings: &mut Findings,
    ) -> Option<Proxy> {
        let url = self.url().and_then(|url| url.parse::<HttpUrl>().ok());
        let loopback = url.is_some_and(|url| url.is_loopback());
        connection::proxy(key, self.proxy.as_deref(), default, loopback, findings)
    }

    /// Checks the table. `key`: its name in messages.
    pub(super) fn check(&self, key: &str, findings: &mut Findings) {
        if self.command.first().is_some_and(String::is_empty) {
            findings.problem(
                format_args!("{key}.command"),
                "the first text is the program and must not be empty: write command = [\"/path/to/program\", \"argument\"]",
            );
        }
        if let Some(url) = self.url() {
            findings.value(format_args!("{key}.url"), url.parse::<HttpUrl>());
        }
        self.proxy(key, None, findings);
    }
}
