//! URLs of frameworks that this program connects to.

use std::fmt;
use std::str::FromStr;

use axum::http::Uri;

use super::Listen;

/// URL of a framework's WebSocket: `ws://HOST[:PORT]/PATH?QUERY`, or `wss://` for TLS. Path and query are sent unchanged
/// (api/transports §5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WsUrl {
    uri: Uri,
    host: String,
    port: u16,
    tls: bool,
}

/// Why a text is not a valid URL of a framework.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// The text is not a WebSocket URL.
    #[error("`{0}` is not an address such as ws://127.0.0.1:8080/onebot/v11/ws")]
    Syntax(String),
    /// The URL has a scheme other than `ws` or `wss`.
    #[error(
        "`{text}` begins with {scheme}://; a WebSocket address must begin with ws:// or wss://"
    )]
    Scheme {
        /// The whole text.
        text: String,
        /// The unexpected scheme.
        scheme: String,
    },
    /// The text is not an HTTP URL, or its scheme is not `http` or `https`.
    #[error(
        "`{0}` is not an address such as http://127.0.0.1:8080/onebot/v11/http; it must begin with http:// or https://"
    )]
    Http(String),
    /// The URL contains a user name or a password.
    #[error(
        "an address must not contain a user name or a password; the access token is a separate setting"
    )]
    UserInfo,
}

impl WsUrl {
    /// The complete URL.
    pub(crate) const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The host, without the brackets of an IPv6 address.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The port; by default 80, or 443 for `wss`.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Whether the connection is encrypted.
    pub(crate) const fn tls(&self) -> bool {
        self.tls
    }

    /// Whether the host is a loopback address or `localhost`. Other names are not resolved.
    pub fn is_loopback(&self) -> bool {
        Listen::new(self.host.as_str(), 0).is_loopback()
    }
}

impl FromStr for WsUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let syntax = || UrlError::Syntax(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| syntax())?;
        let scheme = uri.scheme_str().ok_or_else(syntax)?;
        let tls = match scheme {
            "ws" => false,
            "wss" => true,
            other => {
                return Err(UrlError::Scheme {
                    text: text.to_owned(),
                    scheme: other.to_owned(),
                });
            }
        };
        let authority = uri.authority().ok_or_else(syntax)?;
        if authority.as_str().contains('@') {
            return Err(UrlError::UserInfo);
        }
        let host = authority
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        if host.is_empty() {
            return Err(syntax());
        }
        // `Uri` does not check that the port is at most 65535.
        let port = match authority.as_str().strip_prefix(authority.host()) {
            Some("") => Some(if tls { 443 } else { 80 }),
            Some(port) => port
                .strip_prefix(':')
                .and_then(|port| port.parse().ok())
                .filter(|port| *port != 0),
            None => None,
        };
        Ok(Self {
            host,
            port: port.ok_or_else(syntax)?,
            tls,
            uri,
        })
    }
}

impl fmt::Display for WsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uri.fmt(f)
    }
}

/// URL that a webhook posts to: `http://` or `https://`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpUrl(reqwest::Url);

impl HttpUrl {
    pub(crate) const fn url(&self) -> &reqwest::Url {
        &self.0
    }

    /// Whether the connection is encrypted.
    pub(crate) fn tls(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether the host is a loopback address or `localhost`. Other names are not resolved.
    pub fn is_loopback(&self) -> bool {
        Listen::new(self.0.host_str().unwrap_or_default(), 0).is_loopback()
    }
}

impl FromStr for HttpUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let url: reqwest::Url = text.parse().map_err(|_| UrlError::Http(text.to_owned()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(UrlError::Http(text.to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlError::UserInfo);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_port_and_encryption_are_read_from_the_address() {
        for (text, host, port, tls) in [
            (
                "ws://127.0.0.1:8080/onebot/v11/ws",
                "127.0.0.1",
                8080,
                false,
            ),
            ("ws://localhost", "localhost", 80, false),
            ("wss://bots.example/ws/?a=b", "bots.example", 443, true),
            ("ws://[::1]:6199/ws", "::1", 6199, false),
        ] {
            let url: WsUrl = text.parse().expect(text);
            assert_eq!(
                (url.host(), url.port(), url.tls()),
                (host, port, tls),
                "{text}"
            );
        }
    }

    #[test]
    fn path_and_query_are_kept_unchanged() {
        for target in ["/ws", "/ws/", "/a%2Fb?x=%20&y", "/?access=1"] {
            let url: WsUrl = format!("ws://h{target}").parse().expect(target);
            let kept = url
                .uri()
                .path_and_query()
                .map(axum::http::uri::PathAndQuery::as_str);
            assert_eq!(kept, Some(target));
        }
    }

    #[test]
    fn invalid_websocket_addresses_are_refused() {
        for text in [
            "",
            "127.0.0.1:8080",
            "/ws",
            "ws://",
            "ws://h:0/",
            "ws://h:x/",
            "ws://h:70000/",
        ] {
            let error = text.parse::<WsUrl>().expect_err(text);
            assert_eq!(error, UrlError::Syntax(text.to_owned()), "{text}");
        }
        for text in ["http://127.0.0.1:8080/ws", "https://h/"] {
            let error = text.parse::<WsUrl>().expect_err(text);
            assert!(error.to_string().contains("ws://"), "{error}");
            assert!(matches!(error, UrlError::Scheme { .. }), "{text}: {error}");
        }
        let error = "ws://me:secret@h/"
            .parse::<WsUrl>()
            .expect_err("a password");
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn webhook_address_must_be_http_or_https() {
        for text in [
            "http://127.0.0.1:8080/onebot/v11/http",
            "https://h/?a=b%20c",
        ] {
            assert_eq!(text.parse::<HttpUrl>().expect(text).to_string(), text);
        }
        for text in ["", "h:8080", "ws://h/", "/x", "http://"] {
            let error = text.parse::<HttpUrl>().expect_err(text);
            assert_eq!(error, UrlError::Http(text.to_owned()));
        }
        let error = "http://me:secret@h/".parse::<HttpUrl>();
        assert_eq!(error, Err(UrlError::UserInfo));
    }
}
