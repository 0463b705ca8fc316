//! One entry that listens: what all its connections share, and where their requests go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::Request;
use hyper::body::Incoming;
use nekonap_endpoint::Bot;
use tokio::sync::Semaphore;

use crate::config::{HttpServer, Limits, WsServer};
use crate::guard::Guard;
use crate::http::{self, Reply};
use crate::listen::Connection;
use crate::mount::Mount;
use crate::stop::Stop;
use crate::ws::forward;

/// One entry that listens.
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) guard: Guard,
    pub(crate) kind: Kind,
    pub(crate) bot: Bot,
    pub(crate) limits: Arc<Limits>,
    pub(crate) stop: Stop,
    /// A permit for each socket that may be open.
    pub(crate) places: Arc<Semaphore>,
    /// Connections are being turned away, and the log has said so.
    crowded: AtomicBool,
}

/// What an entry speaks.
pub(crate) enum Kind {
    Http {
        entry: HttpServer,
        mounts: Arc<[Mount]>,
    },
    Ws(WsServer),
}

impl Server {
    pub(crate) fn new(
        name: String,
        guard: Guard,
        kind: Kind,
        bot: Bot,
        limits: Arc<Limits>,
        stop: Stop,
    ) -> Self {
        let places = Arc::new(Semaphore::new(limits.sockets.min(Semaphore::MAX_PERMITS)));
        Self {
            name,
            guard,
            kind,
            bot,
            limits,
            stop,
            places,
            crowded: AtomicBool::new(false),
        }
    }

    /// Answers one request.
    pub(crate) async fn answer(
        self: &Arc<Self>,
        request: Request<Incoming>,
        connection: &Arc<Connection>,
    ) -> Reply {
        let busy = connection.pace.busy();
        let reply = match &self.kind {
            Kind::Http { entry, mounts } => {
                http::answer(self, entry, mounts, request, connection).await
            }
            Kind::Ws(entry) => forward::answer(self, entry, request, connection),
        };
        http::busy_until_sent(reply, busy)
    }

    /// Marks that a connection was turned away for want of room; true for the first of a burst.
    pub(crate) fn crowded(&self) -> bool {
        !self.crowded.swap(true, Ordering::Relaxed)
    }

    /// Marks that there is room again.
    pub(crate) fn roomy(&self) {
        if self.crowded.load(Ordering::Relaxed) {
            self.crowded.store(false, Ordering::Relaxed);
        }
    }
}
