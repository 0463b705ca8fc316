//! The HTTP server. A request is checked in this order: mount, method, preflight, token, body, action (api/transports §2).

mod body;
mod metrics;
mod preflight;
pub(crate) mod reply;
mod request;
mod sse;
mod stream;
pub(crate) use stream::Packets;

use std::sync::Arc;

use axum::http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Bytes, Incoming};
use nekonap_endpoint::{Called, Caller};
use nekonap_onebot::{Answer, Call, Code};

use crate::activity::BusyGuard;
use crate::config::HttpServer;
use crate::guard::Rules;
use crate::listen::Connection;
use crate::mount::{self, Mount};
use crate::server::Server;
use crate::ws::forward;

/// An HTTP response: complete, or a stream.
pub(crate) type Reply = axum::http::Response<Either<Full<Bytes>, axum::body::Body>>;

/// Answers one request to an HTTP entry.
pub(crate) async fn answer(
    server: &Arc<Server>,
    entry: &HttpServer,
    mounts: &[Mount],
    request: Request<Incoming>,
    connection: &Arc<Connection>,
) -> Reply {
    let path = request.uri().path();
    if let Some(mount) = mount::find(mounts, path) {
        return mount
            .answer(&server.guard, connection.peer.ip(), request)
            .await;
    }
    match (request.method(), path) {
        (&(Method::GET | Method::HEAD), "/healthz") => return reply::text(StatusCode::OK, "ok\n"),
        (&(Method::GET | Method::HEAD), "/readyz") => return reply::readiness(&server.bot.ready()),
        (&(Method::GET | Method::HEAD), "/metrics") => {
            return metrics::answer(server, entry, &request, connection).await;
        }
        _ => {}
    }
    let mut reply = match *request.method() {
        Method::OPTIONS => preflight::answer(request.headers(), entry.cors),
        Method::GET if forward::is_upgrade(request.headers()) => {
            return forward::on_http(server, entry, request, connection);
        }
        Method::GET | Method::HEAD | Method::POST => {
            checked(server, entry, request, connection).await
        }
        _ => reply::wrong_method(),
    };
    if entry.cors {
        preflight::allow(reply.headers_mut());
    }
    reply
}

/// Checks the token of a request with an allowed method, and answers it.
async fn checked(
    server: &Arc<Server>,
    entry: &HttpServer,
    request: Request<Incoming>,
    connection: &Connection,
) -> Reply {
    let (head, body) = request.into_parts();
    let from = head.headers.clone();
    if let Err(refusal) = server.guard.admit(
        Rules::Actions,
        connection.peer.ip(),
        &head.uri,
        &head.headers,
    ) {
        return reply::refused(refusal);
    }
    if head.method != Method::POST && head.uri.path() == "/openapi.json" {
        return reply::json(
            StatusCode::OK,
            serde_json::to_vec(server.bot.openapi()).unwrap_or_default(),
        );
    }
    if head.method == Method::GET && head.uri.path() == "/_events" && entry.events {
        return sse::answer(server, entry, &head).await;
    }
    let body = if head.method == Method::POST {
        match body::read(body, &head.headers, &server.limits).await {
            Ok(body) => body,
            Err(error) => return reply::body_error(error),
        }
    } else {
        Bytes::new()
    };
    match request::read(head, body).await {
        Ok(Some(call)) => run(server, entry, call, connection.caller(entry.form, &from)).await,
        Ok(None) => reply::answer(&running()),
        Err(answer) => reply::answer(&answer),
    }
}

/// The answer to a request for `/` without an action (api/transports §2.1).
fn running() -> Answer {
    Answer {
        message: "Nekonap is running".to_owned(),
        ..Answer::ok(&serde_json::json!({}))
    }
}

/// Runs a call in its own task. The call continues when the client disconnects, because it may already be half done.
async fn run(server: &Arc<Server>, entry: &HttpServer, call: Call, caller: Caller) -> Reply {
    if let Some(rate) = &server.rate {
        rate.turn().await;
    }
    let rest = match server.bot.call(call, caller) {
        Called::Now(answer) => return reply::answer(&answer),
        Called::Later(rest) => rest,
        Called::Frames(frames) => return stream::answer(server, entry, frames).await,
    };
    let stop = server.stop.clone();
    let task = server.stop.spawn(async move {
        tokio::select! {
            answer = rest => Some(answer),
            () = stop.aborted() => None,
        }
    });
    reply::answer(&match task.await {
        Ok(Some(answer)) => answer,
        Ok(None) => Answer::failed(
            Code::Internal,
            "Nekonap stopped before the action was done; it may have been done in part",
        ),
        Err(_) => Answer::failed(
            Code::Internal,
            "the action failed because of an internal error",
        ),
    })
}

/// Keeps the connection busy until a streamed response has been sent, so that it does not time out as idle.
pub(crate) fn busy_until_sent(reply: Reply, busy: BusyGuard) -> Reply {
    reply.map(|body| match body {
        Either::Left(whole) => Either::Left(whole),
        Either::Right(stream) => {
            let stream = stream.map_frame(move |frame| {
                let _held = &busy;
                frame
            });
            Either::Right(axum::body::Body::new(stream))
        }
    })
}
