//! One listening entry: the state that all its connections share, and the dispatch of their requests.

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

/// One listening entry.
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) guard: Guard,
    pub(crate) kind: Kind,
    pub(crate) bot: Bot,
    pub(crate) limits: Arc<Limits>,
    pub(crate) stop: Stop,
    /// One permit for each socket that may be open.
    pub(crate) socket_permits: Arc<Semaphore>,
    /// Connections are being rejected, and this was logged.
    full: AtomicBool,
}

/// Protocol of an entry, with its configuration.
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
        let socket_permits = Arc::new(Semaphore::new(limits.sockets.min(Semaphore::MAX_PERMITS)));
        Self {
            name,
            guard,
            kind,
            bot,
            limits,
            stop,
            socket_permits,
            full: AtomicBool::new(false),
        }
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

    /// Records that a connection was accepted, so that the next rejection is logged.
    pub(crate) fn clear_full(&self) {
        if self.full.load(Ordering::Relaxed) {
            self.full.store(false, Ordering::Relaxed);
        }
    }
}
