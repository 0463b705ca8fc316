//! What a gateway is told: its entries, who may use them, and its limits (api/transports §11, §13).

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use nekonap_onebot::Form;
use subtle::ConstantTimeEq;

/// The entries of one account and the limits that hold for all of them.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// HTTP servers; none is allowed.
    pub http: Vec<HttpServer>,
    /// Forward WebSocket servers; none is allowed.
    pub ws: Vec<WsServer>,
    /// Limits of every connection.
    pub limits: Limits,
}

/// An HTTP server entry: frameworks call actions here (api/transports §2).
#[derive(Clone, Debug)]
pub struct HttpServer {
    /// The entry's identity, unique among all entries of the account.
    pub name: String,
    /// Where it listens.
    pub listen: Listen,
    /// Who may use it.
    pub access: Access,
    /// Answers `Access-Control-Allow-Origin: *`, preflights included.
    pub cors: bool,
    /// Also takes WebSocket upgrades, on every path.
    pub websocket: bool,
    /// The form of messages in answers.
    pub form: Form,
    /// Adds `raw` to message events of its WebSocket connections.
    pub debug: bool,
}

impl Default for HttpServer {
    fn default() -> Self {
        Self {
            name: "http-server".to_owned(),
            listen: Listen::new("127.0.0.1", 3000),
            access: Access::default(),
            cors: true,
            websocket: false,
            form: Form::Array,
            debug: false,
        }
    }
}

/// A forward WebSocket entry: frameworks connect here (api/transports §4).
#[derive(Clone, Debug)]
pub struct WsServer {
    /// The entry's identity, unique among all entries of the account.
    pub name: String,
    /// Where it listens.
    pub listen: Listen,
    /// Who may use it.
    pub access: Access,
    /// The form of messages in events and answers.
    pub form: Form,
    /// Reports the account's own messages (`post_type: message_sent`).
    pub own_messages: bool,
    /// Adds `raw` to message events.
    pub debug: bool,
    /// The time between two heartbeat events; `None` for none. At least one second.
    pub heartbeat: Option<Duration>,
    /// How a client without the right token is told so.
    pub token_refusal: TokenRefusal,
}

impl Default for WsServer {
    fn default() -> Self {
        Self {
            name: "websocket-server".to_owned(),
            listen: Listen::new("127.0.0.1", 3001),
            access: Access::default(),
            form: Form::Array,
            own_messages: false,
            debug: false,
            heartbeat: Some(DEFAULT_HEARTBEAT),
            token_refusal: TokenRefusal::Frame,
        }
    }
}

/// The heartbeat of an entry that says nothing about it (api/transports §4.5), and the fixed one of a WebSocket on
/// an HTTP entry (api/transports §2.4).
pub const DEFAULT_HEARTBEAT: Duration = Duration::from_secs(30);

/// How a WebSocket client without the right token is told so (api/transports §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TokenRefusal {
    /// The upgrade is taken, one frame with retcode 1403 is sent, and the connection closes with 1008.
    #[default]
    Frame,
    /// The upgrade is refused with 401 or 403.
    Http,
}

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

/// What one connection may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of an HTTP body: clients inline videos as base64.
    pub body: usize,
    /// Bytes of a WebSocket message.
    pub message: usize,
    /// Sockets open at once, for each entry.
    pub sockets: usize,
    /// Calls running at once on a connection; beyond that it is not read.
    pub running: usize,
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// A kept-alive HTTP connection without a request, and a body that does not go on.
    pub idle: Duration,
    /// Writing without progress; then the peer counts as stuck.
    pub stuck: Duration,
    /// Losing events without ever catching up; then the connection is closed with 1013.
    pub lagging: Duration,
    /// The time between two WebSocket pings.
    pub ping: Duration,
    /// A WebSocket peer from which nothing came, not even a pong.
    pub silent: Duration,
    /// How long a client with a wrong token is kept before its connection is closed: frameworks that reconnect at once
    /// would do so a thousand times a second.
    pub refused: Duration,
    /// Running calls, when the gateway shuts down.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 512 << 20,
            message: 256 << 20,
            sockets: 512,
            running: 64,
            head: Duration::from_secs(15),
            idle: Duration::from_mins(1),
            stuck: Duration::from_secs(30),
            lagging: Duration::from_mins(1),
            ping: Duration::from_secs(30),
            silent: Duration::from_secs(90),
            refused: Duration::from_secs(3),
            farewell: Duration::from_secs(5),
        }
    }
}

impl Limits {
    /// The shortest of the times that an HTTP connection may wait.
    pub(crate) fn shortest(&self) -> Duration {
        self.head.min(self.idle).min(self.stuck)
    }
}

/// The shortest heartbeat: a shorter one is a mistake of units (the file has milliseconds).
const SHORTEST_HEARTBEAT: Duration = Duration::from_millis(100);

impl Config {
    /// Checks what can be known without opening a socket.
    ///
    /// # Errors
    ///
    /// An entry without a token that others than this machine can reach, two entries of one name, a heartbeat under
    /// 100 ms, a limit of zero.
    pub fn check(&self) -> Result<(), ConfigError> {
        let entries = self
            .http
            .iter()
            .map(|entry| (&entry.name, &entry.listen, &entry.access));
        let entries = entries.chain(
            self.ws
                .iter()
                .map(|entry| (&entry.name, &entry.listen, &entry.access)),
        );
        let mut names = Vec::new();
        for (name, listen, access) in entries {
            if names.contains(&name) {
                return Err(ConfigError::SameName(name.clone()));
            }
            names.push(name);
            let open = access.token.is_none() && access.without_token == WithoutToken::Refused;
            if open && !listen.is_loopback() {
                return Err(ConfigError::WithoutToken {
                    name: name.clone(),
                    listen: listen.clone(),
                });
            }
        }
        for entry in &self.ws {
            if entry
                .heartbeat
                .is_some_and(|every| every < SHORTEST_HEARTBEAT)
            {
                return Err(ConfigError::Heartbeat(entry.name.clone()));
            }
        }
        let Limits {
            body,
            message,
            sockets,
            running,
            ..
        } = self.limits;
        for (what, limit) in [
            ("body", body),
            ("message", message),
            ("sockets", sockets),
            ("running", running),
        ] {
            if limit == 0 {
                return Err(ConfigError::Limit(what));
            }
        }
        Ok(())
    }
}

/// A configuration that cannot be served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// An entry that other machines reach has no token.
    #[error(
        "`{name}` listens on {listen}, which other machines can reach, and has no token: whoever finds it could send \
         messages as your account. Give it a token, let it listen on 127.0.0.1, or say without_token = \"private\" \
         (only addresses of private networks) or \"anybody\""
    )]
    WithoutToken {
        /// The entry.
        name: String,
        /// Where it would listen.
        listen: Listen,
    },
    /// Two entries have one name.
    #[error("two entries are named `{0}`; a name tells entries apart")]
    SameName(String),
    /// A heartbeat shorter than 100 ms.
    #[error("the heartbeat of `{0}` is shorter than 100 ms")]
    Heartbeat(String),
    /// A limit of zero would let nothing through.
    #[error("the limit `{0}` is zero")]
    Limit(&'static str),
    /// A token is empty or holds blanks or other invisible characters.
    #[error("a token must be visible ASCII characters without blanks")]
    Token,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(host: &str, access: Access) -> Config {
        let entry = HttpServer {
            listen: Listen::new(host, 0),
            access,
            ..HttpServer::default()
        };
        Config {
            http: vec![entry],
            ..Config::default()
        }
    }

    #[test]
    fn without_a_token_only_loopback_is_served() {
        for host in ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"] {
            assert_eq!(http(host, Access::default()).check(), Ok(()), "{host}");
        }
        for host in ["0.0.0.0", "::", "", "192.168.1.2", "example.org"] {
            let refused = http(host, Access::default()).check().expect_err(host);
            assert!(
                matches!(refused, ConfigError::WithoutToken { .. }),
                "{host}: {refused}"
            );
            let token = Token::new("secret").expect("a token");
            assert_eq!(http(host, Access::token(token)).check(), Ok(()), "{host}");
            let private = Access {
                token: None,
                without_token: WithoutToken::Private,
            };
            assert_eq!(http(host, private).check(), Ok(()), "{host}");
        }
    }

    #[test]
    fn a_name_belongs_to_one_entry() {
        let ws = WsServer {
            name: "http-server".to_owned(),
            ..WsServer::default()
        };
        let config = Config {
            http: vec![HttpServer::default()],
            ws: vec![ws],
            ..Config::default()
        };
        assert_eq!(
            config.check(),
            Err(ConfigError::SameName("http-server".to_owned()))
        );
    }

    #[test]
    fn a_token_is_visible_text_and_is_never_printed() {
        for text in ["", "a b", "a\n", "ключ"] {
            assert_eq!(Token::new(text), Err(ConfigError::Token), "{text:?}");
        }
        let token = Token::new("s3cret").expect("a token");
        assert!(!format!("{token:?}").contains("s3cret"));
        assert!(token.is(b"s3cret"));
        assert!(!token.is(b"s3cre"));
        assert!(!token.is(b"s3creT"));
    }
}
