//! One running entry: its configuration, its listeners and its tasks. Entries start and stop independently of each other.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use nekonap_endpoint::Bot;
use tokio::net::TcpListener;

use crate::config::{Config, HttpServer, Limits, Webhook, WsClient, WsServer};
use crate::mount::{self, Mount};
use crate::rate::RateLimit;
use crate::replay::Replay;
use crate::server::{Kind, Server};
use crate::stop::Stop;
use crate::webhook::Poster;
use crate::ws::reverse::Reverse;
use crate::{GatewayError, Listening, listen};

/// The configuration of an entry of any kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    Http(HttpServer),
    Ws(WsServer),
    Reverse(WsClient),
    Webhook(Webhook),
}

impl Entry {
    /// The entries of a configuration: HTTP, WebSocket, reverse WebSocket, webhooks.
    pub(crate) fn all(config: Config) -> impl Iterator<Item = Self> {
        let http = config.http.into_iter().map(Self::Http);
        let ws = config.ws.into_iter().map(Self::Ws);
        let reverse = config.ws_clients.into_iter().map(Self::Reverse);
        let webhooks = config.webhooks.into_iter().map(Self::Webhook);
        http.chain(ws).chain(reverse).chain(webhooks)
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Http(entry) => &entry.name,
            Self::Ws(entry) => &entry.name,
            Self::Reverse(entry) => &entry.name,
            Self::Webhook(entry) => &entry.name,
        }
    }

    fn limits(&self) -> &Limits {
        match self {
            Self::Http(entry) => &entry.limits,
            Self::Ws(entry) => &entry.limits,
            Self::Reverse(entry) => &entry.limits,
            Self::Webhook(entry) => &entry.limits,
        }
    }

    /// Does all that can fail: binds the listeners, reads the certificate, creates the HTTP client.
    ///
    /// # Errors
    /// A part of the entry cannot be opened.
    pub(crate) async fn prepare(
        self,
        bot: &Bot,
        mounts: &Arc<[Mount]>,
    ) -> Result<Prepared, GatewayError> {
        let stop = Stop::default();
        let bot = bot.clone();
        let work = match self.clone() {
            Self::Http(entry) => {
                mount::check(mounts, &entry)?;
                let mounts = Arc::clone(mounts);
                Work::server(Kind::Http { entry, mounts }, bot, &stop).await?
            }
            Self::Ws(entry) => Work::server(Kind::Ws(entry), bot, &stop).await?,
            Self::Reverse(entry) => Work::Reverse(Box::new(Reverse {
                rate: entry.rate.map(RateLimit::new).map(Arc::new),
                limits: Arc::new(entry.limits.clone()),
                replay: Replay::of(&entry.name, entry.replay.is_some(), &bot),
                entry,
                bot,
                stop: stop.clone(),
            })),
            Self::Webhook(entry) => {
                let name = entry.name.clone();
                let poster = Poster::new(entry, bot, stop.clone());
                let poster =
                    poster.map_err(|error| GatewayError::Webhook { entry: name, error })?;
                Work::Webhook(Box::new(poster))
            }
        };
        Ok(Prepared {
            entry: self,
            stop,
            work,
        })
    }
}

/// An entry that is ready to run.
pub(crate) struct Prepared {
    entry: Entry,
    stop: Stop,
    work: Work,
}

enum Work {
    Server(Arc<Server>, Vec<(TcpListener, SocketAddr)>),
    Reverse(Box<Reverse>),
    Webhook(Box<Poster>),
}

impl Work {
    async fn server(kind: Kind, bot: Bot, stop: &Stop) -> Result<Self, GatewayError> {
        let server = Server::new(kind, bot, stop.clone())?;
        let bound = listen::bind(&server.name, server.kind.listen()).await?;
        Ok(Self::Server(Arc::new(server), bound))
    }
}

impl Prepared {
    /// Spawns the tasks of the entry.
    pub(crate) fn start(self) -> Running {
        let mut listening = Vec::new();
        match self.work {
            Work::Server(server, bound) => {
                for (listener, address) in bound {
                    listening.push(Listening {
                        entry: server.name.clone(),
                        protocol: server.kind.protocol(),
                        tls: server.tls.is_some(),
                        address,
                    });
                    self.stop
                        .spawn(listen::accept(listener, Arc::clone(&server)));
                }
                if server.tls.is_some() {
                    self.stop.spawn(follow_certificate(server));
                }
            }
            Work::Reverse(reverse) => {
                self.stop.spawn(reverse.run());
            }
            Work::Webhook(poster) => {
                self.stop.spawn(poster.run());
            }
        }
        Running {
            entry: self.entry,
            stop: self.stop,
            listening,
        }
    }
}

/// Reads the certificate of a server again when it has changed.
async fn follow_certificate(server: Arc<Server>) {
    if let Some(certificate) = &server.tls {
        certificate.follow(&server.name, &server.stop).await;
    }
}

/// A running entry. Dropping it aborts its tasks; peers receive no close frame then.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) entry: Entry,
    pub(crate) listening: Vec<Listening>,
    stop: Stop,
}

impl Running {
    /// Stops the entry. Running calls may take up to its [`Limits::shutdown`]. Returns when all its tasks have ended.
    pub(crate) async fn shutdown(self) {
        self.stop.shutdown(self.grace()).await;
    }

    /// Stops the entry, as [`Running::shutdown`], because it starts again with another configuration: WebSocket peers receive a
    /// close frame with code 1012.
    pub(crate) async fn shutdown_for_restart(self) {
        self.stop.set_restarting();
        self.shutdown().await;
    }

    fn grace(&self) -> Duration {
        self.entry.limits().shutdown
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.abort();
    }
}
