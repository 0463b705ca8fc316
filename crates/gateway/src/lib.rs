//! Connections to bot frameworks: HTTP and WebSocket servers and clients, with access control and limits
//! (`docs/api/transports.md`).
//!
//! A [`Gateway`] serves the configured entries of *one* account; each account has its own gateway. The gateway owns every
//! HTTP listener. Other HTTP routers (the sandbox's API, the panel) are passed to it as a [`Mount`].
//!
//! | path on an HTTP entry | what it serves |
//! | --- | --- |
//! | `/<action>`, `/` with `action` | a call of an action (api/transports §2) |
//! | `/_events` | server-sent events, if the entry enables them (api/transports §6) |
//! | `/openapi.json` | the OpenAPI description of all actions; requires the token |
//! | `/metrics` | figures for Prometheus (api/transports §17); requires the token, unless the entry says otherwise |
//! | `/healthz`, `/readyz` | health checks, without a token. `/healthz` is always 200; `/readyz` is 200 when the account is online and the archive can be written, otherwise 503 |
//! | the path of a mount, and all paths below it | the mount's router |

mod activity;
mod certificate;
mod config;
mod entry;
mod filter;
mod guard;
mod http;
mod listen;
mod losses;
mod meta;
mod mount;
mod rate;
mod replay;
mod server;
mod stop;
mod target;
mod throttle;
mod ticks;
mod tls;
mod webhook;
mod ws;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::join_all;
use nekonap_endpoint::{Bot, Subscriber};

pub use certificate::{Tls, TlsError};
pub use config::{
    Access, Config, ConfigError, DEFAULT_HEARTBEAT, HttpServer, HttpUrl, Limits, Listen,
    ListenError, MetricsAccess, Role, Secret, Token, TokenRefusal, UrlError, Webhook, WithoutToken,
    WsClient, WsServer, WsUrl,
};
pub use filter::{Filter, FilterError};
pub use mount::{Mount, MountAccess};
pub use nekonap_proxy::{Proxy, ProxyUrlError};
pub use rate::Rate;
pub use webhook::ClientError;

use entry::{Entry, Prepared, Running};

/// The `User-Agent` of webhooks and reverse connections (api/transports §3.1, §5.1).
pub(crate) const USER_AGENT: &str = concat!("OneBot/11 (Nekonap/", env!("CARGO_PKG_VERSION"), ")");

/// The running listeners and clients of one account.
#[derive(Debug)]
pub struct Gateway {
    bot: Bot,
    mounts: Arc<[Mount]>,
    /// The entries of the configuration.
    wanted: Vec<Entry>,
    /// Those that run, in the same order. One is missing if it could not be started.
    running: Vec<Running>,
    listening: Vec<Listening>,
}

/// A listener that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    /// Name of the entry.
    pub entry: String,
    /// Protocol of the listener.
    pub protocol: Protocol,
    /// Whether the listener requires TLS.
    pub tls: bool,
    /// Actual address: the port is never 0.
    pub address: SocketAddr,
}

impl Listening {
    /// The URL of the listener, without a path.
    pub fn url(&self) -> String {
        let scheme = match (self.protocol, self.tls) {
            (Protocol::Http, false) => "http",
            (Protocol::Http, true) => "https",
            (Protocol::Ws, false) => "ws",
            (Protocol::Ws, true) => "wss",
        };
        format!("{scheme}://{}", self.address)
    }
}

/// Protocol of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP, and also WebSocket if the entry enables it.
    Http,
    /// WebSocket only.
    Ws,
}

/// Why a gateway did not start. No listener stays open.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The configuration is invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Another program listens on the address.
    #[error(
        "`{entry}` cannot listen on {listen}: the address is in use, perhaps by another Nekonap. Stop that program, or \
         give `{entry}` another port (0 picks a free one)"
    )]
    AddressInUse {
        /// Name of the entry.
        entry: String,
        /// The configured address.
        listen: Listen,
    },
    /// The listener cannot be opened for another reason.
    #[error("`{entry}` cannot listen on {listen}: {error}")]
    Listen {
        /// Name of the entry.
        entry: String,
        /// The configured address.
        listen: Listen,
        /// Error of the operating system.
        error: io::Error,
    },
    /// The certificate of a listener cannot be used.
    #[error("`{entry}` cannot serve TLS: {error}")]
    Tls {
        /// Name of the entry.
        entry: String,
        /// What is wrong with the certificate or its key.
        error: Box<TlsError>,
    },
    /// The HTTP client of a webhook cannot be created.
    #[error("`{entry}` cannot post events: {error}")]
    Webhook {
        /// Name of the entry.
        entry: String,
        /// Error of the HTTP client.
        error: ClientError,
    },
    /// A mount requires a token, but the entry has no token and does not listen on loopback.
    #[error(
        "`{path}` requires a token or a loopback address, but `{entry}` has no token and listens on {listen}"
    )]
    Mount {
        /// Path of the mount.
        path: String,
        /// Name of the entry.
        entry: String,
        /// The configured address.
        listen: Listen,
    },
}

impl Gateway {
    /// Opens every listener of the configuration and serves the bot on them. Every HTTP entry serves all mounts. Reverse
    /// WebSocket clients and webhooks run in the background until the gateway stops.
    ///
    /// The account number of the bot must be known, because every frame contains it.
    ///
    /// # Errors
    ///
    /// The configuration does not pass [`Config::check`], a listener or an HTTP client cannot be created, or a mount with
    /// [`MountAccess::Token`] would be reachable without a token.
    pub async fn start(config: Config, bot: Bot, mounts: Vec<Mount>) -> Result<Self, GatewayError> {
        config.check()?;
        keep_events(&bot, config.subscribers()).await;
        let mounts: Arc<[Mount]> = mounts.into();
        let mut prepared = Vec::new();
        let wanted: Vec<Entry> = Entry::all(config).collect();
        for entry in wanted.iter().cloned() {
            prepared.push(Box::pin(entry.prepare(&bot, &mounts)).await?);
        }
        let mut gateway = Self {
            bot,
            mounts,
            wanted,
            running: prepared.into_iter().map(Prepared::start).collect(),
            listening: Vec::new(),
        };
        gateway.list();
        Ok(gateway)
    }

    /// Changes to another configuration. Entries are compared by name: one that is the same goes on undisturbed, one that is gone
    /// is stopped (close code 1001), one that has changed is stopped (close code 1012) and started again, and a new one is
    /// started. Returns the errors of the entries that could not be started; the others run, and [`Gateway::retry`] tries again.
    ///
    /// # Errors
    ///
    /// The configuration does not pass [`Config::check`]. Nothing is changed then.
    pub async fn reload(&mut self, config: Config) -> Result<Vec<GatewayError>, GatewayError> {
        config.check()?;
        let subscribers = config.subscribers();
        let wanted: Vec<Entry> = Entry::all(config).collect();
        let (kept, ended): (Vec<_>, Vec<_>) = std::mem::take(&mut self.running)
            .into_iter()
            .partition(|running| wanted.contains(&running.entry));
        // Before anything starts, because a new entry may use a port that becomes free.
        join_all(ended.into_iter().map(|running| async {
            let name = running.entry.name();
            tracing::info!(
                entry = name,
                "the entry ends or changes: its connections are closed"
            );
            if wanted.iter().any(|entry| entry.name() == name) {
                running.shutdown_for_restart().await;
            } else {
                running.shutdown().await;
            }
        }))
        .await;
        keep_events(&self.bot, subscribers).await;
        self.running = kept;
        self.wanted = wanted;
        Ok(self.retry().await)
    }

    /// Starts the entries that do not run because they could not be started, for example because another program listened on their
    /// port. Returns the errors of those that still cannot.
    pub async fn retry(&mut self) -> Vec<GatewayError> {
        let mut running = std::mem::take(&mut self.running);
        let mut errors = Vec::new();
        for entry in &self.wanted {
            if let Some(at) = running.iter().position(|running| running.entry == *entry) {
                self.running.push(running.swap_remove(at));
                continue;
            }
            match Box::pin(entry.clone().prepare(&self.bot, &self.mounts)).await {
                Ok(prepared) => self.running.push(prepared.start()),
                Err(error) => errors.push(error),
            }
        }
        self.list();
        errors
    }

    fn list(&mut self) {
        let listening = self.running.iter().flat_map(|running| &running.listening);
        self.listening = listening.cloned().collect();
    }

    /// All listeners in the order of the configuration, HTTP entries first.
    pub fn listening(&self) -> &[Listening] {
        &self.listening
    }

    /// Address of the first HTTP entry.
    pub fn http(&self) -> Option<SocketAddr> {
        self.first(Protocol::Http)
    }

    /// Address of the first WebSocket entry.
    pub fn ws(&self) -> Option<SocketAddr> {
        self.first(Protocol::Ws)
    }

    fn first(&self, protocol: Protocol) -> Option<SocketAddr> {
        self.listening
            .iter()
            .find(|listening| listening.protocol == protocol)
            .map(|listening| listening.address)
    }

    /// Stops the gateway. No new connections are accepted, the running calls of an entry may take up to its
    /// [`Limits::shutdown`], and WebSocket peers receive a close frame with code 1001. All tasks have ended when this returns.
    ///
    /// Shut down the bot after the gateway, so that running calls can finish.
    pub async fn shutdown(self) {
        join_all(self.running.into_iter().map(Running::shutdown)).await;
    }
}

/// Sets the entries whose events are kept while they are away. They work without it, so a failure is only logged.
async fn keep_events(bot: &Bot, subscribers: Vec<Subscriber>) {
    if let Err(error) = bot.keep_events_for(subscribers).await {
        tracing::error!(%error, "the journal cannot be written: frameworks lose the events of the time when they are away");
    }
}
