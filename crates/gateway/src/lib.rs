//! How bot frameworks connect: HTTP and WebSocket listeners and clients, their guards and limits (`docs/api/transports.md`).
//!
//! A [`Gateway`] serves the entries of *one* account; several accounts have a gateway each. It owns every HTTP listener,
//! so what others want to serve beside the actions (the sandbox's API, the panel) is handed to it as a [`Mount`].
//!
//! | path on an HTTP entry | what it is |
//! | --- | --- |
//! | `/<action>`, `/` with `action` | a call (api/transports §2) |
//! | `/_events` | server-sent events, where the entry offers them (api/transports §6) |
//! | `/openapi.json` | the description of all actions; with the token |
//! | `/healthz`, `/readyz` | for probes, without a token: whether the process serves (always 200), and whether the account is online and the archive writes (200 or 503) |
//! | the path of a mount | the mount |

mod config;
mod guard;
mod http;
mod listen;
mod losses;
mod meta;
mod mount;
mod pace;
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

use nekonap_endpoint::Bot;

pub use config::{
    Access, Config, ConfigError, DEFAULT_HEARTBEAT, HttpServer, HttpUrl, Limits, Listen, Role,
    Secret, Token, TokenRefusal, UrlError, Webhook, WithoutToken, WsClient, WsServer, WsUrl,
};
pub use mount::{Door, Mount};
pub use webhook::ClientError;

use guard::Guard;
use server::{Kind, Server};
use stop::Stop;
use webhook::Poster;
use ws::reverse::Reverse;

/// What this program calls itself in requests (api/transports §3.1, §5.1).
pub(crate) const USER_AGENT: &str = concat!("OneBot/11 (Nekonap/", env!("CARGO_PKG_VERSION"), ")");

/// The listeners and clients of one account, running.
#[derive(Debug)]
pub struct Gateway {
    listening: Vec<Listening>,
    stop: Stop,
    limits: Limits,
}

/// One listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    /// The entry's name.
    pub entry: String,
    /// What is spoken there.
    pub protocol: Protocol,
    /// Where it really listens: the port is never 0.
    pub address: SocketAddr,
}

/// What is spoken on a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP, and WebSocket where the entry says so.
    Http,
    /// WebSocket alone.
    Ws,
}

/// Why a gateway did not start. Nothing listens then.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The configuration cannot be served.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Somebody else has the address.
    #[error(
        "`{entry}` cannot listen on {listen}: the address is in use, perhaps by another Nekonap. Stop that program, or \
         give `{entry}` another port (0 picks a free one)"
    )]
    AddressInUse {
        /// The entry.
        entry: String,
        /// Where it should have listened.
        listen: Listen,
    },
    /// The address cannot be listened on for another reason.
    #[error("`{entry}` cannot listen on {listen}: {error}")]
    Listen {
        /// The entry.
        entry: String,
        /// Where it should have listened.
        listen: Listen,
        /// What the system said.
        error: io::Error,
    },
    /// A webhook cannot be posted to at all.
    #[error("`{entry}` cannot post: {error}")]
    Webhook {
        /// The entry.
        entry: String,
        /// What is wrong.
        error: ClientError,
    },
    /// A mount that needs a token was given to an entry that has none and is not on loopback.
    #[error(
        "`{path}` is served with a token or on loopback only, and `{entry}` has no token and listens on {listen}"
    )]
    Mount {
        /// The mount's path.
        path: String,
        /// The entry.
        entry: String,
        /// Where it would have listened.
        listen: Listen,
    },
}

impl Gateway {
    /// Opens every listener of the configuration and serves the bot on them; the mounts are on each HTTP entry. Clients
    /// connect in the background, for as long as the gateway runs.
    ///
    /// The bot is one that has logged in before: its account number is in everything that is sent, from the first frame.
    ///
    /// # Errors
    ///
    /// The configuration does not pass [`Config::check`], an address cannot be listened on, or a mount would stand open.
    pub async fn start(config: Config, bot: Bot, mounts: Vec<Mount>) -> Result<Self, GatewayError> {
        config.check()?;
        let mounts: Arc<[Mount]> = mounts.into();
        let limits = Arc::new(config.limits);
        let stop = Stop::default();
        let mut listeners = Vec::new();
        for entry in config.http {
            mount::check(&mounts, &entry)?;
            let bound = listen::bind(&entry.name, &entry.listen).await?;
            let guard = Guard::new(entry.access.clone(), entry.listen.is_loopback());
            let (name, kind) = (
                entry.name.clone(),
                Kind::Http {
                    entry,
                    mounts: Arc::clone(&mounts),
                },
            );
            listeners.push((
                Protocol::Http,
                bound,
                Server::new(
                    name,
                    guard,
                    kind,
                    bot.clone(),
                    Arc::clone(&limits),
                    stop.clone(),
                ),
            ));
        }
        for entry in config.ws {
            let bound = listen::bind(&entry.name, &entry.listen).await?;
            let guard = Guard::new(entry.access.clone(), entry.listen.is_loopback());
            let (name, kind) = (entry.name.clone(), Kind::Ws(entry));
            listeners.push((
                Protocol::Ws,
                bound,
                Server::new(
                    name,
                    guard,
                    kind,
                    bot.clone(),
                    Arc::clone(&limits),
                    stop.clone(),
                ),
            ));
        }
        let mut posters = Vec::new();
        for entry in config.webhooks {
            let name = entry.name.clone();
            let poster = Poster::new(entry, bot.clone(), Arc::clone(&limits), stop.clone())
                .map_err(|error| GatewayError::Webhook { entry: name, error })?;
            posters.push(poster);
        }
        let mut listening = Vec::new();
        for (protocol, bound, server) in listeners {
            let server = Arc::new(server);
            for listener in bound {
                let address = listener
                    .local_addr()
                    .map_err(|error| GatewayError::Listen {
                        entry: server.name.clone(),
                        listen: Listen::new("", 0),
                        error,
                    })?;
                listening.push(Listening {
                    entry: server.name.clone(),
                    protocol,
                    address,
                });
                stop.spawn(listen::accept(listener, Arc::clone(&server)));
            }
        }
        for entry in config.ws_clients {
            let reverse = Reverse {
                entry,
                bot: bot.clone(),
                limits: Arc::clone(&limits),
                stop: stop.clone(),
            };
            stop.spawn(reverse.run());
        }
        for poster in posters {
            stop.spawn(poster.run());
        }
        Ok(Self {
            listening,
            stop,
            limits: Limits::clone(&limits),
        })
    }

    /// Every listener, HTTP entries first, in the order of the configuration.
    pub fn listening(&self) -> &[Listening] {
        &self.listening
    }

    /// The address of the first HTTP entry.
    pub fn http(&self) -> Option<SocketAddr> {
        self.first(Protocol::Http)
    }

    /// The address of the first WebSocket entry.
    pub fn ws(&self) -> Option<SocketAddr> {
        self.first(Protocol::Ws)
    }

    fn first(&self, protocol: Protocol) -> Option<SocketAddr> {
        self.listening
            .iter()
            .find(|listening| listening.protocol == protocol)
            .map(|listening| listening.address)
    }

    /// Stops: nothing more is accepted, running calls have [`Limits::farewell`] to end, WebSocket peers get a close frame
    /// with 1001, and every task has ended when this returns. The bot is shut down after it.
    pub async fn shutdown(self) {
        self.stop.now(self.limits.farewell).await;
    }
}

impl Drop for Gateway {
    /// A gateway that is dropped without [`Gateway::shutdown`] ends its tasks all the same, without a goodbye.
    fn drop(&mut self) {
        self.stop.give_up();
    }
}
