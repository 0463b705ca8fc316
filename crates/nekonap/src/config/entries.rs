//! The entries: how frameworks connect (`[[http]]`, `[[ws]]`, `[[reverse_ws]]`, `[[webhook]]`).

use super::{
    connection::{Limits, Rate, Tls},
    durations::Period,
};
use nekonap_gateway::{Role, TokenRefusal, WithoutToken};
use nekonap_onebot::Form;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// An HTTP server: frameworks call actions here (api/transports §2).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the configuration"
)]
pub struct Http {
    /// Name of the entry in messages, unique in the account. Default: `http`, `http-2`, and so on.
    pub name: Option<String>,
    /// Whether the entry runs.
    pub enabled: bool,
    /// Address to listen on, `HOST:PORT`; port 0 picks a free port. `localhost` is 127.0.0.1 and ::1, `0.0.0.0` is every
    /// address of this machine.
    pub listen: String,
    /// Access token. Default: that of `[onebot]`. An empty text turns the check off.
    pub token: Option<String>,
    /// Who may connect from other machines if there is no token.
    pub without_token: WithoutToken,
    /// Format of messages in answers and events. Default: that of `[onebot]`.
    pub format: Option<Form>,
    /// Whether the account's own messages are reported, on `/_events` and WebSocket. Default: that of `[onebot]`.
    pub report_self: Option<bool>,
    /// Whether message events contain `raw`.
    pub debug: bool,
    /// How long events are kept on disk for a framework that is away (api/transports §7.7), at least `"1s"` and at most `"7d"`;
    /// `"0s"` keeps none.
    pub replay: Period,
    /// Whether web pages of other origins may use the server if they have the token.
    pub cors: bool,
    /// Whether the port also serves WebSocket.
    pub websocket: bool,
    /// Whether events are served at `/_events` (server-sent events).
    pub events: bool,
    /// Certificate of the server, which then speaks `https` and `wss` only. Default: no encryption.
    pub tls: Option<Tls>,
    /// Which events are sent: a table of conditions (api/transports §7.4), such as `{ group_id = { ".in" = [20001, 20002] } }`.
    /// Default: all events.
    pub filter: Option<Map<String, Value>>,
    /// Limits of the entry's connections.
    pub limits: Limits,
    /// Rate of the entry's calls; calls above it wait. Default: no limit.
    pub rate: Option<Rate>,
}

/// A WebSocket server: frameworks connect here (api/transports §4).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Ws {
    /// Name of the entry in messages, unique in the account. Default: `ws`, `ws-2`, and so on.
    pub name: Option<String>,
    /// Whether the entry runs.
    pub enabled: bool,
    /// Address to listen on, `HOST:PORT`; port 0 picks a free port. `localhost` is 127.0.0.1 and ::1, `0.0.0.0` is every
    /// address of this machine.
    pub listen: String,
    /// Access token. Default: that of `[onebot]`. An empty text turns the check off.
    pub token: Option<String>,
    /// Who may connect from other machines if there is no token.
    pub without_token: WithoutToken,
    /// How a framework with a wrong token is refused.
    pub token_refusal: TokenRefusal,
    /// Format of messages in answers and events. Default: that of `[onebot]`.
    pub format: Option<Form>,
    /// Whether the account's own messages are reported. Default: that of `[onebot]`.
    pub report_self: Option<bool>,
    /// Whether message events contain `raw`.
    pub debug: bool,
    /// How long events are kept on disk for a framework that is away (api/transports §7.7), at least `"1s"` and at most `"7d"`;
    /// `"0s"` keeps none.
    pub replay: Period,
    /// Time between heartbeat events. Default: that of `[onebot]`.
    pub heartbeat: Option<Period>,
    /// Certificate of the server, which then speaks `https` and `wss` only. Default: no encryption.
    pub tls: Option<Tls>,
    /// Which events are sent: a table of conditions (api/transports §7.4), such as `{ group_id = { ".in" = [20001, 20002] } }`.
    /// Default: all events.
    pub filter: Option<Map<String, Value>>,
    /// Limits of the entry's connections.
    pub limits: Limits,
    /// Rate of the entry's calls; calls above it wait. Default: no limit.
    pub rate: Option<Rate>,
}

/// A reverse WebSocket: this program connects to the framework (api/transports §5).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReverseWs {
    /// Name of the entry in messages, unique in the account. Default: `reverse_ws`, `reverse_ws-2`, and so on.
    pub name: Option<String>,
    /// Whether the entry runs.
    pub enabled: bool,
    /// Address of the framework, `ws://` or `wss://`.
    pub url: String,
    /// Access token of the framework. Default: `token` of `[onebot]`; if that is not set, none is sent.
    pub token: Option<String>,
    /// Purpose of the connection. Most frameworks accept only `universal`.
    pub role: Role,
    /// Format of messages in answers and events. Default: that of `[onebot]`.
    pub format: Option<Form>,
    /// Whether the account's own messages are reported. Default: that of `[onebot]`.
    pub report_self: Option<bool>,
    /// Whether message events contain `raw`.
    pub debug: bool,
    /// How long events are kept on disk for a framework that is away (api/transports §7.7), at least `"1s"` and at most `"7d"`;
    /// `"0s"` keeps none.
    pub replay: Period,
    /// Time between heartbeat events. Default: that of `[onebot]`.
    pub heartbeat: Option<Period>,
    /// Time between two attempts to connect, at least `"1s"`.
    pub reconnect: Period,
    /// Whether the certificate of a `wss` address is verified.
    pub verify_certificate: bool,
    /// Which events are sent: a table of conditions (api/transports §7.4), such as `{ group_id = { ".in" = [20001, 20002] } }`.
    /// Default: all events.
    pub filter: Option<Map<String, Value>>,
    /// Limits of the entry's connections.
    pub limits: Limits,
    /// Rate of the entry's calls; calls above it wait. Default: no limit.
    pub rate: Option<Rate>,
    /// Proxy, `http://` or `socks5://`. Default: that of `[onebot]`, except for an address on this machine. An empty text
    /// connects directly.
    pub proxy: Option<String>,
}

/// A webhook: events are posted to the framework (api/transports §3).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Webhook {
    /// Name of the entry in messages, unique in the account. Default: `webhook`, `webhook-2`, and so on.
    pub name: Option<String>,
    /// Whether the entry runs.
    pub enabled: bool,
    /// Address of the framework, `http://` or `https://`.
    pub url: String,
    /// Key that signs the events (`X-Signature`). If not set or empty, they are not signed.
    pub secret: Option<String>,
    /// Format of messages in events. Default: that of `[onebot]`.
    pub format: Option<Form>,
    /// Whether the account's own messages are reported. Default: that of `[onebot]`.
    pub report_self: Option<bool>,
    /// Whether message events contain `raw`.
    pub debug: bool,
    /// How long events are kept on disk for a framework that is away (api/transports §7.7), at least `"1s"` and at most `"7d"`;
    /// `"0s"` keeps none.
    pub replay: Period,
    /// Time between heartbeat events; `"0s"` turns them off.
    pub heartbeat: Period,
    /// Time limit of one post. Some frameworks answer only when all their handlers have run.
    pub timeout: Period,
    /// Whether the certificate of an `https` address is verified.
    pub verify_certificate: bool,
    /// Which events are sent: a table of conditions (api/transports §7.4), such as `{ group_id = { ".in" = [20001, 20002] } }`.
    /// Default: all events.
    pub filter: Option<Map<String, Value>>,
    /// Proxy, `http://` or `socks5://`. Default: that of `[onebot]`, except for an address on this machine. An empty text
    /// connects directly.
    pub proxy: Option<String>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            name: None,
            enabled: true,
            listen: "127.0.0.1:3000".to_owned(),
            token: None,
            without_token: WithoutToken::Refused,
            format: None,
            report_self: None,
            debug: false,
            replay: Period::default(),
            cors: true,
            websocket: false,
            events: false,
            tls: None,
            filter: None,
            limits: Limits::default(),
            rate: None,
        }
    }
}

impl Default for Ws {
    fn default() -> Self {
        Self {
            name: None,
            enabled: true,
            listen: "127.0.0.1:3001".to_owned(),
            token: None,
            without_token: WithoutToken::Refused,
            token_refusal: TokenRefusal::Frame,
            format: None,
            report_self: None,
            debug: false,
            replay: Period::default(),
            heartbeat: None,
            tls: None,
            filter: None,
            limits: Limits::default(),
            rate: None,
        }
    }
}

impl Default for ReverseWs {
    fn default() -> Self {
        Self {
            name: None,
            enabled: true,
            url: String::new(),
            token: None,
            role: Role::Universal,
            format: None,
            report_self: None,
            debug: false,
            replay: Period::default(),
            heartbeat: None,
            reconnect: Period::seconds(5),
            verify_certificate: true,
            filter: None,
            limits: Limits::default(),
            rate: None,
            proxy: None,
        }
    }
}

impl Default for Webhook {
    fn default() -> Self {
        Self {
            name: None,
            enabled: true,
            url: String::new(),
            secret: None,
            format: None,
            report_self: None,
            debug: false,
            replay: Period::default(),
            heartbeat: Period::default(),
            timeout: Period::seconds(30),
            verify_certificate: true,
            filter: None,
            proxy: None,
        }
    }
}
