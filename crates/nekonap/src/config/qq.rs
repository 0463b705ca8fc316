//! `[qq]`: the connection to QQ.

use super::findings::Findings;
use nekonap_client::{Address, Config as ClientConfig, HttpSign, ServerKeys, SignProvider};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Connection to QQ.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Qq {
    /// Servers as `host:port`, tried in this order. An empty list means the public QQ servers.
    pub servers: Vec<String>,
    /// The servers' public key on secp192k1, 49 bytes in hex. If not set, the key of the public QQ servers.
    pub secp192k1: Option<String>,
    /// The servers' public key on P-256, 65 bytes in hex. If not set, the key of the public QQ servers.
    pub p256: Option<String>,
    /// Address as `host:port` that is asked for web pages (cookies, announcements, honours) over plain HTTP, in place of QQ's hosts.
    /// For a sandbox: its wire address. If not set, QQ's hosts.
    pub web: Option<String>,
    /// Proxy for the connection to QQ, `http://` or `socks5://`. Not used for the signing service.
    pub proxy: Option<String>,
    /// URL of the signing service.
    pub sign_url: Option<String>,
    /// Request format of the signing service.
    pub sign_style: SignStyle,
    /// Token for the signing service, if it requires one.
    pub sign_token: Option<String>,
}

/// Request and response format of a signing service (protocol/01 §6.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SignStyle {
    /// The request has the fields `cmd`, `seq` and `src`.
    #[default]
    Plain,
    /// The request has the fields `uin`, `command`, `seq`, `body`, `guid` and `qua`.
    Secured,
}

impl Qq {
    /// The client's servers, their keys and the signing service. `key`: where this table is in the file. A setting with a
    /// problem has its default.
    pub fn client(&self, key: &str, findings: &mut Findings) -> ClientConfig {
        let mut config = ClientConfig::default();
        let servers = self.servers.iter().enumerate();
        let servers: Vec<Address> = servers
            .filter_map(|(index, server)| {
                findings.value(format_args!("{key}.servers[{index}]"), server.parse())
            })
            .collect();
        if !servers.is_empty() {
            config.servers = servers;
        }
        if let Some(proxy) = self.proxy.as_deref().filter(|proxy| !proxy.is_empty()) {
            config.proxy = findings.value(format_args!("{key}.proxy"), proxy.parse());
        }
        if let Some(web) = self.web.as_deref().filter(|web| !web.is_empty()) {
            config.web = findings.value(format_args!("{key}.web"), web.parse());
        }
        match (&self.secp192k1, &self.p256) {
            (None, None) => {}
            (Some(secp192k1), Some(p256)) => {
                if self.web.is_none() {
                    findings.warning(
                        format_args!("{key}.web"),
                        "the keys are those of a sandbox, but web pages are requested from QQ: set it to the sandbox's wire address",
                    );
                }
                let keys = ServerKeys::from_hex(secp192k1, p256);
                let keys = findings.value(format_args!("{key}.secp192k1, {key}.p256"), keys);
                config.keys = keys.unwrap_or(config.keys);
            }
            _ => findings.problem(
                format_args!("{key}.secp192k1, {key}.p256"),
                "only one of them is set: set both or neither",
            ),
        }
        if let Some(url) = self.sign_url.as_deref().filter(|url| !url.is_empty()) {
            let style = match self.sign_style {
                SignStyle::Plain => nekonap_client::SignStyle::Plain,
                SignStyle::Secured => nekonap_client::SignStyle::Secured,
            };
            let key = format!("{key}.sign_url");
            if is_http(url) {
                let sign = HttpSign::new(url, style, self.sign_token.clone());
                config.sign = findings
                    .value(key, sign)
                    .map(|sign| Arc::new(sign) as Arc<dyn SignProvider>);
            } else {
                findings.problem(key, NotHttp(url));
            }
        }
        config
    }
}

/// Whether a text is an `http` or `https` URL.
pub(crate) fn is_http(text: &str) -> bool {
    reqwest::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Message for a text that is not an `http` or `https` URL.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an http or https URL, such as http://127.0.0.1:9090/sign")]
pub(super) struct NotHttp<'a>(pub(super) &'a str);
