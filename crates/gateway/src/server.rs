//! One listening entry: the state that all its connections share, and the dispatch of their requests.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::Request;
use hyper::body::Incoming;
use nekonap_endpoint::Bot;
use tokio::sync::Semaphore;

use crate::certificate::Certificate;
use crate::config::{HttpServer, Limits, Listen, WsServer};
use crate::guard::Guard;
use crate::http::{self, Packets, Reply};
use crate::listen::Connection;
use crate::mount::Mount;
use crate::rate::RateLimit;
use crate::replay::Replay;
use crate::stop::Stop;
use crate::ws::forward;
use crate::{GatewayError, Protocol};

/// One listening entry.
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) guard: Guard,
    pub(crate) kind: Kind,
    pub(crate) bot: Bot,
    /// `None` without `replay`.
    pub(crate) replay: Option<Arc<Replay>>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) stop: Stop,
    /// Delays the calls; `None` is no limit.
    pub(crate) rate: Option<Arc<RateLimit>>,
    /// Passes packets of stream actions to the readers of events.
    pub(crate) packets: Packets,
    /// Does the TLS handshakes; `None` serves without TLS.
    pub(crate) tls: Option<Certificate>,
    /// One permit for each socket that may be open.
    pub(crate) socket_permits: Arc<Semaphore>,
    /// Connections are being rejected, and this was logged.
    full: AtomicBool,
    /// A failed TLS handshake was logged.
    handshake_failed: AtomicBool,
}

/// Protocol of an entry, with its configuration.
pub(crate) enum Kind {
    Http {
        entry: HttpServer,
        mounts: Arc<[Mount]>,
    },
    Ws(WsServer),
}

impl Kind {
    pub(crate) fn protocol(&self) -> Protocol {
        match self {
            Self::Http { .. } => Protocol::Http,
            Self::Ws(_) => Protocol::Ws,
        }
    }

    pub(crate) fn listen(&self) -> &Listen {
        match self {
            Self::Http { entry, .. } => &entry.listen,
            Self::Ws(entry) => &entry.listen,
        }
    }
}

impl Server {
    /// # Errors
    /// The certificate of the entry cannot be used.
    pub(crate) fn new(kind: Kind, bot: Bot, stop: Stop) -> Result<Self, GatewayError> {
        let (name, access, tls, limits, rate) = match &kind {
            Kind::Http { entry, .. } => (
                &entry.name,
                &entry.access,
                &entry.tls,
                &entry.limits,
                entry.rate,
            ),
            Kind::Ws(entry) => (
                &entry.name,
                &entry.access,
                &entry.tls,
                &entry.limits,
                entry.rate,
            ),
        };
        let name = name.clone();
        let limits = Arc::new(limits.clone());
        let certificate = tls.clone().map(Certificate::new).transpose();
        let replays = match &kind {
            Kind::Http { entry, .. } => entry.replay.is_some(),
            Kind::Ws(entry) => entry.replay.is_some(),
        };
        let replay = Replay::of(&name, replays, &bot);
        Ok(Self {
            guard: Guard::new(access.clone(), kind.listen().is_loopback()),
            packets: Packets::default(),
            rate: rate.map(RateLimit::new).map(Arc::new),
            tls: certificate.map_err(|error| GatewayError::Tls {
                entry: name.clone(),
                error: Box::new(error),
            })?,
            socket_permits: Arc::new(Semaphore::new(limits.sockets.min(Semaphore::MAX_PERMITS))),
            name,
            kind,
            bot,
            replay,
            limits,
            stop,
            full: AtomicBool::new(false),
            handshake_failed: AtomicBool::new(false),
        })
    }

    pub(crate) async fn answer(
        self: &Arc<Self>,
        request: Request<Incoming>,
        connection: &Arc<Connection>,
    ) -> Reply {
        let busy = connection.activity.busy();
        let reply = match &self.kind {
            Kind::Http { entry, mounts } => {
                http::answer(self, entry, mounts, request, connection).await
            }
            Kind::Ws(entry) => forward::answer(self, entry, request, connection),
        };
        http::busy_until_sent(reply, busy)
    }

    /// Records that a connection was rejected because of the socket limit. True for the first one, which is logged.
    pub(crate) fn set_full(&self) -> bool {
        !self.full.swap(true, Ordering::Relaxed)
    }

    /// Logs a failed TLS handshake: the first one of the entry as a warning.
    pub(crate) fn log_handshake(&self, peer: SocketAddr, error: &io::Error) {
        if self.handshake_failed.swap(true, Ordering::Relaxed) {
            tracing::debug!(entry = self.name, %peer, %error, "a TLS handshake failed");
        } else {
            tracing::warn!(
                entry = self.name, %peer, %error,
                "a TLS handshake failed; the address of this entry begins with https:// or wss://, and clients must accept its certificate"
            );
        }
    }

    /// Records that a connection was accepted, so that the next rejection is logged.
    pub(crate) fn clear_full(&self) {
        if self.full.load(Ordering::Relaxed) {
            self.full.store(false, Ordering::Relaxed);
        }
    }
}
