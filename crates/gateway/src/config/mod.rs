//! Configuration of a gateway: its entries, their access control, and limits (api/transports §11, §13).

mod access;
mod limits;
mod url;

use std::collections::HashSet;
use std::time::Duration;

use nekonap_endpoint::Subscriber;
use nekonap_onebot::Form;
use nekonap_proxy::Proxy;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::certificate::Tls;
use crate::filter::Filter;
use crate::rate::Rate;

pub use access::{Access, Listen, ListenError, MetricsAccess, Secret, Token, WithoutToken};
pub use limits::Limits;
pub use url::{HttpUrl, UrlError, WsUrl};

/// The entries of one account.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// HTTP servers; may be empty.
    pub http: Vec<HttpServer>,
    /// Forward WebSocket servers; may be empty.
    pub ws: Vec<WsServer>,
    /// Reverse WebSocket clients; may be empty.
    pub ws_clients: Vec<WsClient>,
    /// Webhooks; may be empty.
    pub webhooks: Vec<Webhook>,
}

/// An HTTP server entry: frameworks call actions here (api/transports §2).
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the configuration"
)]
pub struct HttpServer {
    /// Name of the entry, unique among all entries of the account.
    pub name: String,
    /// Address to listen on.
    pub listen: Listen,
    /// Certificate of the listener; `None` serves without TLS.
    pub tls: Option<Tls>,
    /// Access control.
    pub access: Access,
    /// Whether all answers carry `Access-Control-Allow-Origin: *`, and preflight requests are allowed.
    pub cors: bool,
    /// Whether WebSocket upgrades are accepted, on every path.
    pub websocket: bool,
    /// Whether events are served at `/_events` (api/transports §6).
    pub events: bool,
    /// Message format in answers and events.
    pub form: Form,
    /// Whether messages that the account itself sends are reported (`post_type: message_sent`), at `/_events` and on
    /// WebSocket.
    pub own_messages: bool,
    /// Whether message events contain `raw`.
    pub debug: bool,
    /// Which events are sent; `None` sends all.
    pub filter: Option<Filter>,
    /// Limits of the entry's connections.
    pub limits: Limits,
    /// How many calls run; `None` is no limit.
    pub rate: Option<Rate>,
    /// Who may read `/metrics` (api/transports §17).
    pub metrics: MetricsAccess,
    /// How long events that the framework has not received are kept on disk (api/transports §7.7), 1 s to 7 days; `None`
    /// keeps none.
    pub replay: Option<Duration>,
}

impl Default for HttpServer {
    fn default() -> Self {
        Self {
            name: "http-server".to_owned(),
            listen: Listen::new("127.0.0.1", 3000),
            tls: None,
            access: Access::default(),
            cors: true,
            websocket: false,
            events: false,
            form: Form::Array,
            own_messages: false,
            debug: false,
            filter: None,
            limits: Limits::default(),
            rate: None,
            metrics: MetricsAccess::default(),
            replay: None,
        }
    }
}

/// A forward WebSocket entry: frameworks connect here (api/transports §4).
#[derive(Clone, Debug, PartialEq)]
pub struct WsServer {
    /// Name of the entry, unique among all entries of the account.
    pub name: String,
    /// Address to listen on.
    pub listen: Listen,
    /// Certificate of the listener; `None` serves without TLS.
    pub tls: Option<Tls>,
    /// Access control.
    pub access: Access,
    /// Message format in events and answers.
    pub form: Form,
    /// Whether messages that the account itself sends are reported (`post_type: message_sent`).
    pub own_messages: bool,
    /// Whether message events contain `raw`.
    pub debug: bool,
    /// Which events are sent; `None` sends all.
    pub filter: Option<Filter>,
    /// Limits of the entry's connections.
    pub limits: Limits,
    /// How many calls run; `None` is no limit.
    pub rate: Option<Rate>,
    /// How long events that the framework has not received are kept on disk (api/transports §7.7), 1 s to 7 days; `None`
    /// keeps none.
    pub replay: Option<Duration>,
    /// Interval between heartbeat events, at least 100 ms; `None` disables them.
    pub heartbeat: Option<Duration>,
    /// How a client with a wrong or missing token is refused.
    pub token_refusal: TokenRefusal,
}

impl Default for WsServer {
    fn default() -> Self {
        Self {
            name: "websocket-server".to_owned(),
            listen: Listen::new("127.0.0.1", 3001),
            tls: None,
            access: Access::default(),
            form: Form::Array,
            own_messages: false,
            debug: false,
            filter: None,
            limits: Limits::default(),
            rate: None,
            replay: None,
            heartbeat: Some(DEFAULT_HEARTBEAT),
            token_refusal: TokenRefusal::Frame,
        }
    }
}

/// A reverse WebSocket entry: this program connects to the framework (api/transports §5).
#[derive(Clone, Debug, PartialEq)]
pub struct WsClient {
    /// Name of the entry, unique among all entries of the account.
    pub name: String,
    /// Address of the framework.
    pub url: WsUrl,
    /// Sent as `Authorization: Bearer TOKEN`; `None` sends no `Authorization` header.
    pub token: Option<Token>,
    /// Purpose of the connection, sent as `X-Client-Role`.
    pub role: Role,
    /// Message format in events and answers.
    pub form: Form,
    /// Whether messages that the account itself sends are reported (`post_type: message_sent`).
    pub own_messages: bool,
    /// Whether message events contain `raw`.
    pub debug: bool,
    /// Which events are sent; `None` sends all.
    pub filter: Option<Filter>,
    /// Limits of the entry's connections.
    pub limits: Limits,
    /// How many calls run; `None` is no limit.
    pub rate: Option<Rate>,
    /// How long events that the framework has not received are kept on disk (api/transports §7.7), 1 s to 7 days; `None`
    /// keeps none.
    pub replay: Option<Duration>,
    /// Interval between heartbeat events, at least 100 ms; `None` disables them.
    pub heartbeat: Option<Duration>,
    /// Delay before the next connection attempt, after a connection has ended or an attempt has failed. At least one
    /// second; each delay is varied randomly by up to 10 %.
    pub reconnect: Duration,
    /// Whether the certificate of a `wss` server is verified.
    pub verify_certificate: bool,
    /// Proxy to connect through; `None` connects directly.
    pub proxy: Option<Proxy>,
}

impl WsClient {
    /// An entry with the defaults of api/transports §5: role `Universal`, messages as arrays, a heartbeat every 30 s,
    /// 5 s between connection attempts.
    pub fn new(name: impl Into<String>, url: WsUrl) -> Self {
        Self {
            name: name.into(),
            url,
            token: None,
            role: Role::Universal,
            form: Form::Array,
            own_messages: false,
            debug: false,
            filter: None,
            limits: Limits::default(),
            rate: None,
            replay: None,
            heartbeat: Some(DEFAULT_HEARTBEAT),
            reconnect: Duration::from_secs(5),
            verify_certificate: true,
            proxy: None,
        }
    }
}

/// A webhook entry: events are posted to the framework (api/transports §3).
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    /// Name of the entry, unique among all entries of the account.
    pub name: String,
    /// URL that events are posted to.
    pub url: HttpUrl,
    /// Key of the signature in `X-Signature`; `None` sends no signature.
    pub secret: Option<Secret>,
    /// Message format in events.
    pub form: Form,
    /// Whether messages that the account itself sends are reported (`post_type: message_sent`).
    pub own_messages: bool,
    /// Whether message events contain `raw`.
    pub debug: bool,
    /// Which events are sent; `None` sends all.
    pub filter: Option<Filter>,
    /// Limits of the entry's connections.
    pub limits: Limits,
    /// How long events that the framework has not received are kept on disk (api/transports §7.7), 1 s to 7 days; `None`
    /// keeps none.
    pub replay: Option<Duration>,
    /// Interval between heartbeat events, at least 100 ms; `None` disables them.
    pub heartbeat: Option<Duration>,
    /// Timeout of one request. Some frameworks reply only when all their handlers have run.
    pub timeout: Duration,
    /// Whether the certificate of an `https` server is verified.
    pub verify_certificate: bool,
    /// Proxy to connect through; `None` connects directly.
    pub proxy: Option<Proxy>,
}

impl Webhook {
    /// An entry with the defaults of api/transports §3: messages as arrays, no heartbeat, a timeout of 30 s.
    pub fn new(name: impl Into<String>, url: HttpUrl) -> Self {
        Self {
            name: name.into(),
            url,
            secret: None,
            form: Form::Array,
            own_messages: false,
            debug: false,
            filter: None,
            limits: Limits::default(),
            replay: None,
            heartbeat: None,
            timeout: Duration::from_secs(30),
            verify_certificate: true,
            proxy: None,
        }
    }
}

/// Purpose of a WebSocket connection (api/transports §4.1, §5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Calls and events.
    #[default]
    Universal,
    /// Calls only: no events, no lifecycle, no heartbeat.
    Api,
    /// Events. Calls are also answered.
    Event,
}

impl Role {
    /// Value of the `X-Client-Role` header.
    pub(crate) const fn header(self) -> &'static str {
        match self {
            Self::Universal => "Universal",
            Self::Api => "API",
            Self::Event => "Event",
        }
    }
}

/// Default heartbeat interval of WebSocket entries (api/transports §4.5), and the fixed interval of a WebSocket on an HTTP
/// entry (api/transports §2.4).
pub const DEFAULT_HEARTBEAT: Duration = Duration::from_secs(30);

/// How a WebSocket client with a wrong or missing token is refused (api/transports §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenRefusal {
    /// Accepts the upgrade, sends one frame with retcode 1403, and closes the connection with code 1008.
    #[default]
    Frame,
    /// Refuses the upgrade with status 401 or 403.
    Http,
}

/// Minimum heartbeat interval. A shorter one is probably a wrong unit: the configuration file uses milliseconds.
const MIN_HEARTBEAT: Duration = Duration::from_millis(100);

/// Minimum delay between two connection attempts (api/transports §5.3).
const MIN_RECONNECT: Duration = Duration::from_secs(1);

/// Limits of `replay`. The window is counted in seconds, and the journal holds a few days of a busy account.
const MIN_REPLAY: Duration = Duration::from_secs(1);
const MAX_REPLAY: Duration = Duration::from_hours(7 * 24);

impl Config {
    /// Validates the configuration without opening a socket.
    ///
    /// # Errors
    ///
    /// An entry has no token and other machines can reach it, two entries have the same name, a heartbeat is under
    /// 100 ms, a reconnect delay is under one second, `replay` is out of range, or a limit is zero.
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
            if heartbeat.is_some_and(|every| every < MIN_HEARTBEAT) {
                return Err(ConfigError::Heartbeat(name.clone()));
            }
        }
        for entry in &self.ws_clients {
            if entry.reconnect < MIN_RECONNECT {
                return Err(ConfigError::Reconnect(entry.name.clone()));
            }
        }
        for (name, window, ..) in self.replays() {
            if !(MIN_REPLAY..=MAX_REPLAY).contains(&window) {
                return Err(ConfigError::Replay(name.to_owned()));
            }
        }
        let rates = self.http.iter().map(|entry| (&entry.name, entry.rate));
        let rates = rates.chain(self.ws.iter().map(|entry| (&entry.name, entry.rate)));
        let rates = rates.chain(
            self.ws_clients
                .iter()
                .map(|entry| (&entry.name, entry.rate)),
        );
        for (entry, rate) in rates {
            if rate.is_some_and(|rate| !rate.is_valid()) {
                return Err(ConfigError::Rate(entry.clone()));
            }
        }
        let servers = self.http.iter().map(|entry| (&entry.name, &entry.limits));
        let servers = servers.chain(self.ws.iter().map(|entry| (&entry.name, &entry.limits)));
        let clients = self
            .ws_clients
            .iter()
            .map(|entry| (&entry.name, &entry.limits));
        let webhooks = self
            .webhooks
            .iter()
            .map(|entry| (&entry.name, &entry.limits));
        for (entry, limits) in servers.chain(clients).chain(webhooks) {
            limits.check().map_err(|limit| ConfigError::Limit {
                entry: entry.clone(),
                limit,
            })?;
        }
        Ok(())
    }
}

impl Config {
    /// The entries with `replay`: name, window, own events, `raw`, and whether the entry has a mark. Clients of `/_events`
    /// keep their position themselves.
    fn replays(&self) -> impl Iterator<Item = (&str, Duration, bool, bool, bool)> {
        let http = self.http.iter().map(|entry| {
            let (own, marked) = (entry.own_messages, entry.websocket);
            (entry.name.as_str(), entry.replay, own, entry.debug, marked)
        });
        let ws = self.ws.iter().map(|entry| {
            let own = entry.own_messages;
            (entry.name.as_str(), entry.replay, own, entry.debug, true)
        });
        let ws_clients = self.ws_clients.iter().map(|entry| {
            let own = entry.own_messages;
            (entry.name.as_str(), entry.replay, own, entry.debug, true)
        });
        let webhooks = self.webhooks.iter().map(|entry| {
            let own = entry.own_messages;
            (entry.name.as_str(), entry.replay, own, entry.debug, true)
        });
        http.chain(ws)
            .chain(ws_clients)
            .chain(webhooks)
            .filter_map(|(name, window, own, raw, marked)| Some((name, window?, own, raw, marked)))
    }

    /// The entries with `replay`, for the journal.
    pub(crate) fn subscribers(&self) -> Vec<Subscriber> {
        self.replays()
            .map(|(name, window, own, raw, waits)| Subscriber {
                name: name.to_owned(),
                window,
                own,
                raw,
                waits,
            })
            .collect()
    }
}

/// Why a configuration is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Other machines can reach an entry that has no token.
    #[error(
        "`{name}` listens on {listen}, which other machines can reach, and has no token: anyone could send messages as \
         your account. Set a token, listen on 127.0.0.1, or set without_token = \"private\" (only addresses of \
         private networks) or \"anybody\""
    )]
    WithoutToken {
        /// Name of the entry.
        name: String,
        /// The configured address.
        listen: Listen,
    },
    /// Two entries have the same name.
    #[error("two entries are named `{0}`; names must be unique")]
    SameName(String),
    /// A heartbeat interval is shorter than 100 ms.
    #[error("the heartbeat of `{0}` is shorter than 100 ms")]
    Heartbeat(String),
    /// A reconnect delay is shorter than one second.
    #[error("the reconnect interval of `{0}` is shorter than one second")]
    Reconnect(String),
    /// `replay` is shorter than one second or longer than seven days.
    #[error("`replay` of `{0}` is 1 second to 7 days")]
    Replay(String),
    /// A limit is zero.
    #[error("the limit `{limit}` of `{entry}` is zero")]
    Limit {
        /// Name of the entry.
        entry: String,
        /// Name of the limit.
        limit: &'static str,
    },
    /// The rate of an entry is out of range.
    #[error(
        "the rate of `{0}` is out of range: `interval` is 1 ms to one hour, `bucket` is 1 to 10000"
    )]
    Rate(String),
    /// A secret is empty.
    #[error("a secret must not be empty; to send no signature, remove the setting")]
    Secret,
    /// A token is empty or contains spaces, control characters or non-ASCII characters.
    #[error("a token must consist of visible ASCII characters without spaces")]
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
    fn entry_without_token_must_listen_on_loopback() {
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
    fn two_entries_with_the_same_name_are_refused() {
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
    fn token_is_visible_ascii_and_debug_output_hides_it() {
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
