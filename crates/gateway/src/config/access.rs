//! Where an entry listens and who may use it (api/transports §13).

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use subtle::ConstantTimeEq;

use super::ConfigError;

/// A host and a port to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// An address, a name (`localhost` stands for both loopback addresses), or `""`, `0.0.0.0` or `::` for every interface.
    pub host: String,
    /// The TCP port; 0 picks a free one.
    pub port: u16,
}

impl Listen {
    /// That host and port.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            host: host.into(),
            port,
        }
    }

    /// Whether only this machine can reach it, as far as the text tells: a name other than `localhost` counts as not.
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost")
            || host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
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

/// Who may use an entry (api/transports §13).
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// The token that every request must carry; `None` asks for none.
    pub token: Option<Token>,
    /// Who is served beyond loopback when there is no token. Without effect when there is one.
    pub without_token: WithoutToken,
}

impl Access {
    /// Access with that token.
    pub fn token(token: Token) -> Self {
        Self {
            token: Some(token),
            ..Self::default()
        }
    }

    /// Access for everybody on this machine.
    pub fn open_on_loopback() -> Self {
        Self::default()
    }
}

/// Who may use an entry that has no token and does not listen on loopback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum WithoutToken {
    /// Nobody: such an entry is refused at the start.
    #[default]
    Refused,
    /// Peers with a loopback, private or link-local address; others get 403.
    Private,
    /// Anybody who can reach it.
    Anybody,
}

/// An access token. Its text is neither printed nor compared in a time that tells anything about it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token of that text.
    ///
    /// # Errors
    ///
    /// The text is empty or has something other than visible ASCII: frameworks split the header at white space.
    pub fn new(text: impl Into<String>) -> Result<Self, ConfigError> {
        let text = text.into();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ConfigError::Token);
        }
        Ok(Self(text))
    }

    /// The text, for the ready line and for clients of our own.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether `given` is this token, compared in constant time.
    pub(crate) fn is(&self, given: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(given).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The key that signs what a webhook posts. Its text is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The key of that text, which may be anything but empty.
    ///
    /// # Errors
    ///
    /// The text is empty: everybody could sign with it.
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
