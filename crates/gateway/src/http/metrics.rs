//! `GET /metrics`: figures for Prometheus (api/transports §17).

use axum::http::{HeaderValue, Request, StatusCode, header};
use hyper::body::Incoming;
use nekonap_endpoint::{Bot, MetricKind};

use super::{Reply, reply};
use crate::config::HttpServer;
use crate::guard::Rules;
use crate::listen::Connection;
use crate::server::Server;

/// The content type of the text format.
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// Answers a request for the metrics of the account.
pub(super) async fn answer(
    server: &Server,
    entry: &HttpServer,
    request: &Request<Incoming>,
    connection: &Connection,
) -> Reply {
    if !entry.metrics.admits(request.headers())
        && let Err(refusal) = server.guard.admit(
            Rules::Actions,
            connection.peer.ip(),
            request.uri(),
            request.headers(),
        )
    {
        return reply::refused(refusal);
    }
    let mut reply = reply::text(StatusCode::OK, page(&server.bot).await);
    reply.headers_mut().insert(header::CONTENT_TYPE, TEXT);
    reply
}

/// The metrics of an account and its connections.
async fn page(bot: &Bot) -> String {
    let mut page = bot.metrics().await;
    let vitals = bot.vitals();
    let connections = vitals.connections.read();
    page.begin(
        "nekonap_connections",
        MetricKind::Gauge,
        "Open connections, by the name of their entry and their kind: `http`, `ws`, `events`, `reverse_ws`.",
    );
    for (entry, kind, counts) in &connections {
        page.sample(&[("entry", entry), ("kind", kind)], counts.open);
    }
    page.begin(
        "nekonap_connections_total",
        MetricKind::Counter,
        "Connections that were opened, by entry and kind.",
    );
    for (entry, kind, counts) in &connections {
        page.sample(&[("entry", entry), ("kind", kind)], counts.opened);
    }
    page.begin(
        "nekonap_events_lost_total",
        MetricKind::Counter,
        "Events that connections lost, by entry: they read too slowly, or were away for too long.",
    );
    for (entry, events) in &vitals.lost_by_connection() {
        page.sample(&[("entry", entry)], events);
    }
    page.begin(
        "nekonap_deliveries_failed_total",
        MetricKind::Counter,
        "Events that could not be delivered to a webhook.",
    )
    .sample(&[], vitals.deliveries_failed.get());
    page.into_text()
}
