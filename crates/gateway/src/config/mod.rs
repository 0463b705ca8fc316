//! What a gateway is told: its entries, who may use them, and its limits (api/transports §11, §13).

mod access;
mod limits;
mod url;

use std::collections::HashSet;
use std::time::Duration;

use nekonap_onebot::Form;

pub use access::{Access, Listen, Secret, Token, WithoutToken};
pub use limits::Limits;
pub use url::{HttpUrl, UrlError, WsUrl};

/// The entries of one account and the limits that hold for all of them.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// HTTP servers; none is allowed.
    pub http: Vec<HttpServer>,
    /// Forward WebSocket servers; none is allowed.
    pub ws: Vec<WsServer>,
    /// Reverse WebSocket clients; none is allowed.
    pub ws_clients: Vec<WsClient>,
    /// Webhooks; none is allowed.
    pub webhooks: Vec<Webhook>,
    /// Limits of every connection.
    pub limits: Limits,
}

/// An HTTP server entry: frameworks call actions here (api/transports §2).
#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the configuration"
)]
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
    /// Also offers events at `/_events` (api/transports §6).
    pub events: bool,
    /// The form of messages in answers and events.
    pub form: Form,
    /// Adds `raw` to message events.
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
            events: false,
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

/// A reverse WebSocket entry: this program connects to the framework (api/transports §5).
#[derive(Clone, Debug)]
pub struct WsClient {
    /// The entry's identity, unique among all entries of the account.
    pub name: String,
    /// The framework's address.
    pub url: WsUrl,
    /// Sent as `Authorization: Bearer TOKEN`; `None` sends no such header.
    pub token: Option<Token>,
    /// What the connection is for.
    pub role: Role,
    /// The form of messages in events and answers.
    pub form: Form,
    /// Reports the account's own messages (`post_type: message_sent`).
    pub own_messages: bool,
    /// Adds `raw` to message events.
    pub debug: bool,
    /// The time between two heartbeat events; `None` for none. At least 100 ms.
    pub heartbeat: Option<Duration>,
    /// The time between the end of a connection, or a failed attempt, and the next attempt; varied by 10 % either way.
    /// At least one second.
    pub reconnect: Duration,
    /// Whether the certificate of a `wss` address is checked.
    pub verify_certificate: bool,
}

impl WsClient {
    /// An entry with that name and address and the defaults of api/transports §5: the role `Universal`, arrays, a
    /// heartbeat every 30 s, five seconds between attempts.
    pub fn new(name: impl Into<String>, url: WsUrl) -> Self {
        Self {
            name: name.into(),
            url,
            token: None,
            role: Role::Universal,
            form: Form::Array,
            own_messages: false,
            debug: false,
            heartbeat: Some(DEFAULT_HEARTBEAT),
            reconnect: Duration::from_secs(5),
            verify_certificate: true,
        }
    }
}

/// A webhook entry: events are posted to the framework (api/transports §3).
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The entry's identity, unique among all entries of the account.
    pub name: String,
    /// Where events are posted.
    pub url: HttpUrl,
    /// The key of the signature in `X-Signature`; `None` sends no signature.
    pub secret: Option<Secret>,
    /// The form of messages in events, and in what quick operations send.
    pub form: Form,
    /// Reports the account's own messages (`post_type: message_sent`).
    pub own_messages: bool,
    /// Adds `raw` to message events.
    pub debug: bool,
    /// The time between two heartbeat events; `None` for none. At least 100 ms.
    pub heartbeat: Option<Duration>,
    /// How long the framework may take for its reply: some keep it open until every handler has run.
    pub timeout: Duration,
    /// Whether the certificate of an `https` address is checked.
    pub verify_certificate: bool,
}

impl Webhook {
    /// An entry with that name and address and the defaults of api/transports §3: arrays, no heartbeat, 30 s for a reply.
    pub fn new(name: impl Into<String>, url: HttpUrl) -> Self {
        Self {
            name: name.into(),
            url,
            secret: None,
            form: Form::Array,
            own_messages: false,
            debug: false,
            heartbeat: None,
            timeout: Duration::from_secs(30),
            verify_certificate: true,
        }
    }
}

/// What a WebSocket connection is for (api/transports §4.1, §5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Calls and events.
    #[default]
    Universal,
    /// Calls: no events, no lifecycle, no heartbeat.
    Api,
    /// Events; calls are answered too.
    Event,
}

impl Role {
    /// The value of `X-Client-Role`.
    pub(crate) const fn header(self) -> &'static str {
        match self {
            Self::Universal => "Universal",
            Self::Api => "API",
            Self::Event => "Event",
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

/// The shortest heartbeat: a shorter one is a mistake of units (the file has milliseconds).
const SHORTEST_HEARTBEAT: Duration = Duration::from_millis(100);

/// The shortest time between two attempts to connect (api/transports §5.3).
const SHORTEST_RECONNECT: Duration = Duration::from_secs(1);

impl Config {
    /// Checks what can be known without opening a socket.
    ///
    /// # Errors
    ///
    /// An entry without a token that others than this machine can reach, two entries of one name, a heartbeat under
    /// 100 ms, a reconnect interval under one second, a limit of zero.
    pub fn check(&self) -> Result<(), ConfigError> {
        let listening = self
            .http
            .iter()
            .map(|entry| (&entry.name, &entry.listen, &entry.access));
        let listening = listening.chain(
            self.ws
                .iter()
                .map(|entry| (&entry.name, &entry.listen, &entry.access)),
        );
        let mut names = HashSet::new();
        let connecting = self.ws_clients.iter().map(|entry| &entry.name);
        let connecting = connecting.chain(self.webhooks.iter().map(|entry| &entry.name));
        for name in listening.clone().map(|(name, ..)| name).chain(connecting) {
            if !names.insert(name) {
                return Err(ConfigError::SameName(name.clone()));
            }
        }
        for (name, listen, access) in listening {
            let open = access.token.is_none() && access.without_token == WithoutToken::Refused;
            if open && !listen.is_loopback() {
                return Err(ConfigError::WithoutToken {
                    name: name.clone(),
                    listen: listen.clone(),
                });
            }
        }
        let servers = self.ws.iter().map(|entry| (&entry.name, entry.heartbeat));
        let clients = self
            .ws_clients
            .iter()
            .map(|entry| (&entry.name, entry.heartbeat));
        let webhooks = self
            .webhooks
            .iter()
            .map(|entry| (&entry.name, entry.heartbeat));
        for (name, heartbeat) in servers.chain(clients).chain(webhooks) {
            if heartbeat.is_some_and(|every| every < SHORTEST_HEARTBEAT) {
                return Err(ConfigError::Heartbeat(name.clone()));
            }
        }
        for entry in &self.ws_clients {
            if entry.reconnect < SHORTEST_RECONNECT {
                return Err(ConfigError::Reconnect(entry.name.clone()));
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
    /// A reconnect interval shorter than one second.
    #[error("the reconnect interval of `{0}` is shorter than one second")]
    Reconnect(String),
    /// A limit of zero would let nothing through.
    #[error("the limit `{0}` is zero")]
    Limit(&'static str),
    /// A secret is empty.
    #[error("a secret is not empty; without one, leave the setting out")]
    Secret,
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
