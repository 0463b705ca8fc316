//! Listen addresses and access control of entries (api/transports §13).

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use schemars::JsonSchema;
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::ConfigError;
use crate::guard::without_scheme;

/// A host and a port to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// An IP address or a host name. `localhost` is both loopback addresses; `""`, `0.0.0.0` and `::` are all interfaces.
    pub host: String,
    /// TCP port; 0 picks a free port.
    pub port: u16,
}

impl Listen {
    /// An address to listen on. `host` is not checked or resolved.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            host: host.into(),
            port,
        }
    }

    /// Whether only this machine can reach the address. Names are not resolved: a name other than `localhost` counts as
    /// reachable.
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost")
            || host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }

    /// Whether two entries cannot listen on these addresses at the same time. Names other than `localhost` are not resolved.
    pub fn overlaps(&self, other: &Self) -> bool {
        let [one, two] = [self, other].map(|listen| {
            let host = listen.host.trim_start_matches('[').trim_end_matches(']');
            host.to_ascii_lowercase()
        });
        let all = |host: &str| matches!(host, "" | "0.0.0.0" | "::");
        let local = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "::1");
        let same = one == two
            || all(&one)
            || all(&two)
            || (one == "localhost" && local(&two))
            || (two == "localhost" && local(&one));
        same && self.port == other.port && self.port != 0
    }
}

/// The text is not an address to listen on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an address to listen on: write HOST:PORT, such as \"127.0.0.1:3000\"")]
pub struct ListenError(String);

impl FromStr for Listen {
    type Err = ListenError;

    /// Reads `HOST:PORT`; an IPv6 address is in brackets.
    fn from_str(text: &str) -> Result<Self, ListenError> {
        let wrong = || ListenError(text.to_owned());
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let plain = match host.strip_prefix('[') {
            Some(inner) => inner.strip_suffix(']').ok_or_else(wrong)?,
            None if host.contains(':') => return Err(wrong()),
            None => host,
        };
        let is_name = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'%')
        };
        if plain.is_empty() || !plain.bytes().all(is_name) {
            return Err(wrong());
        }
        Ok(Self::new(plain, port.parse().map_err(|_| wrong())?))
    }
}

impl From<SocketAddr> for Listen {
    fn from(address: SocketAddr) -> Self {
        Self::new(address.ip().to_string(), address.port())
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') && !self.host.starts_with('[') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// Access control of an entry (api/transports §13).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Token that every request must carry; `None` requires no token.
    pub token: Option<Token>,
    /// Who may use the entry beyond loopback if there is no token. Ignored if there is one.
    pub without_token: WithoutToken,
}

impl Access {
    /// Requires this token.
    pub fn token(token: Token) -> Self {
        Self {
            token: Some(token),
            ..Self::default()
        }
    }

    /// Requires no token. Only valid for an entry on loopback.
    pub fn open_on_loopback() -> Self {
        Self::default()
    }
}

/// Who may use an entry that has no token and does not listen on loopback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WithoutToken {
    /// Nobody: the configuration is invalid.
    #[default]
    Refused,
    /// Peers with a loopback, private or link-local address; others get 403.
    Private,
    /// All peers.
    Anybody,
}

/// Who may read `/metrics` of an entry, in addition to who may call actions there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MetricsAccess {
    /// Nobody else.
    #[default]
    Entry,
    /// Everybody with this token, which opens nothing but `/metrics`.
    Token(Token),
    /// Everybody who can reach the entry.
    Everybody,
}

impl MetricsAccess {
    /// Whether the headers of a request are enough to read the metrics.
    pub(crate) fn admits(&self, headers: &HeaderMap) -> bool {
        match self {
            Self::Entry => false,
            Self::Everybody => true,
            Self::Token(token) => headers
                .get_all(AUTHORIZATION)
                .iter()
                .any(|header| token.is(without_scheme(header.as_bytes()))),
        }
    }
}

/// An access token. `Debug` does not print it, and requests are checked against it in constant time.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Checks and wraps a token.
    ///
    /// # Errors
    ///
    /// The text is empty or contains anything but visible ASCII characters: frameworks split the header at white space.
    pub fn new(text: impl Into<String>) -> Result<Self, ConfigError> {
        let text = text.into();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ConfigError::Token);
        }
        Ok(Self(text))
    }

    /// The token in plain text, for the startup output and for this program's own clients.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Compares in constant time.
    pub(crate) fn is(&self, given: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(given).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The key that signs the posts of a webhook. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a key: any text that is not empty.
    ///
    /// # Errors
    ///
    /// The text is empty: anyone could sign with it.
    pub fn new(text: impl Into<String>) -> Result<Self, ConfigError> {
        let text = text.into();
        if text.is_empty() {
            return Err(ConfigError::Secret);
        }
        Ok(Self(text))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
