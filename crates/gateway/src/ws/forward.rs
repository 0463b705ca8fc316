//! Forward WebSocket: frameworks connect to this program (api/transports §4.1–§4.3).

use std::sync::Arc;

use axum::http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use futures_util::{SinkExt, StreamExt};
use hyper::body::Incoming;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use nekonap_endpoint::Caller;
use nekonap_onebot::Answer;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role as Side;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::outbox::close_frame;
use super::session::{Session, SessionOptions};
use super::socket_config;
use crate::config::{DEFAULT_HEARTBEAT, HttpServer, Role, TokenRefusal, WsServer};
use crate::guard::{Refusal, Rules};
use crate::http::Reply;
use crate::http::reply;
use crate::listen::Connection;
use crate::server::Server;

/// Maximum message size of a refused client, in bytes. Its messages are discarded, so they should not use much memory.
const REFUSED_MESSAGE: usize = 64 << 10;

/// Timeout of an upgrade after its response. Only the response has to be written.
const HANDSHAKE_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// Answers a request to a WebSocket entry.
pub(crate) fn answer(
    server: &Arc<Server>,
    entry: &WsServer,
    request: Request<Incoming>,
    connection: &Arc<Connection>,
) -> Reply {
    if request.method() != Method::GET || !is_upgrade(request.headers()) {
        return upgrade_required(
            "this port serves WebSocket (OneBot 11); connect to it with ws://\n",
        );
    }
    let options = SessionOptions {
        form: entry.form,
        own_messages: entry.own_messages,
        raw: entry.debug,
        role: role(request.uri().path()),
        heartbeat: entry.heartbeat,
        filter: entry.filter.clone(),
    };
    open(server, options, entry.token_refusal, request, connection)
}

/// Answers an upgrade on an HTTP entry (api/transports §2.4).
pub(crate) fn on_http(
    server: &Arc<Server>,
    entry: &HttpServer,
    request: Request<Incoming>,
    connection: &Arc<Connection>,
) -> Reply {
    if !entry.websocket {
        return upgrade_required("this port serves HTTP only; WebSocket uses another port\n");
    }
    let options = SessionOptions {
        form: entry.form,
        own_messages: entry.own_messages,
        raw: entry.debug,
        role: role(request.uri().path()),
        heartbeat: Some(DEFAULT_HEARTBEAT),
        filter: entry.filter.clone(),
    };
    open(server, options, TokenRefusal::Frame, request, connection)
}

/// Whether a request asks for WebSocket.
pub(crate) fn is_upgrade(headers: &HeaderMap) -> bool {
    has_token(headers, &CONNECTION, "upgrade") && has_token(headers, &UPGRADE, "websocket")
}

/// Whether the comma-separated list of a header contains `word`, in any case.
fn has_token(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().eq_ignore_ascii_case(word))
}

/// Role of a connection, by its path: `/api` and `/event`; all other paths are `Universal`.
fn role(path: &str) -> Role {
    match path.trim_matches('/') {
        "api" => Role::Api,
        "event" => Role::Event,
        _ => Role::Universal,
    }
}

fn upgrade_required(text: &'static str) -> Reply {
    let mut reply = reply::text(StatusCode::UPGRADE_REQUIRED, text);
    reply
        .headers_mut()
        .insert(UPGRADE, HeaderValue::from_static("websocket"));
    reply
        .headers_mut()
        .insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    reply
}

/// Accepts or refuses an upgrade. The session runs in a task of its own.
fn open(
    server: &Arc<Server>,
    options: SessionOptions,
    token_refusal: TokenRefusal,
    mut request: Request<Incoming>,
    connection: &Arc<Connection>,
) -> Reply {
    let headers = request.headers();
    let version = headers
        .get(SEC_WEBSOCKET_VERSION)
        .is_some_and(|version| version.as_bytes() == b"13");
    let Some(key) = headers.get(SEC_WEBSOCKET_KEY).filter(|_| version) else {
        return upgrade_required("this port requires WebSocket version 13\n");
    };
    let accept = derive_accept_key(key.as_bytes());
    let peer = connection.peer.ip();
    let admitted = server
        .guard
        .admit(Rules::Actions, peer, request.uri(), headers);
    if admitted == Err(Refusal::NoToken) {
        server.guard.failed(peer);
    }
    let refused = match admitted {
        Ok(()) => false,
        Err(Refusal::NoToken | Refusal::WrongToken) if token_refusal == TokenRefusal::Frame => true,
        Err(refusal) => return reply::refused(refusal),
    };
    if server.stop.is_stopping() {
        return reply::text(StatusCode::SERVICE_UNAVAILABLE, "Nekonap is stopping\n");
    }
    let caller = connection.caller(options.form, headers);
    let upgrade = hyper::upgrade::on(&mut request);
    server.stop.spawn(upgraded(
        Arc::clone(server),
        Arc::clone(connection),
        upgrade,
        options,
        caller,
        refused,
    ));
    let mut reply = reply::empty(StatusCode::SWITCHING_PROTOCOLS);
    let headers = reply.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::try_from(accept) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    reply
}

/// Runs a connection after its upgrade.
async fn upgraded(
    server: Arc<Server>,
    connection: Arc<Connection>,
    upgrade: OnUpgrade,
    options: SessionOptions,
    caller: Caller,
    refused: bool,
) {
    let peer = connection.peer;
    let Ok(Ok(stream)) = timeout(HANDSHAKE_TIMEOUT, upgrade).await else {
        tracing::debug!(entry = server.name, %peer, "a WebSocket handshake was not completed");
        return;
    };
    let longest = if refused {
        REFUSED_MESSAGE.min(server.limits.message)
    } else {
        server.limits.message
    };
    let config = socket_config(longest);
    let socket =
        WebSocketStream::from_raw_socket(TokioIo::new(stream), Side::Server, Some(config)).await;
    if refused {
        tracing::warn!(entry = server.name, %peer, "a WebSocket client with a wrong or missing token was refused");
        refuse(&server, socket).await;
        return;
    }
    tracing::info!(entry = server.name, %peer, role = ?options.role, "a WebSocket client connected");
    let _open = server.bot.vitals().connections.open(&server.name, "ws");
    let session = Session {
        name: server.name.clone(),
        bot: server.bot.clone(),
        caller,
        options,
        rate: server.rate.clone(),
        replay: server.replay.clone(),
        limits: Arc::clone(&server.limits),
        activity: Arc::clone(&connection.activity),
        stop: server.stop.clone(),
    };
    let ended = session.run(socket).await;
    tracing::info!(entry = server.name, %peer, ?ended, "a WebSocket client disconnected");
}

/// Sends the refusal of a wrong token, and closes the connection after [`Limits::refused`](crate::config::Limits). Frames of
/// the client are discarded.
async fn refuse(server: &Server, mut socket: WebSocketStream<TokioIo<Upgraded>>) {
    let wait = async {
        let sent = socket
            .send(Message::text(Answer::wrong_token().to_json()))
            .await;
        while sent.is_ok() && matches!(socket.next().await, Some(Ok(_))) {}
    };
    tokio::select! {
        _ = timeout(server.limits.refused, wait) => {}
        () = server.stop.stopping() => {}
    }
    let close = async {
        // Fails if the client has already closed the connection.
        if socket
            .send(close_frame(CloseCode::Policy, "token verification failed"))
            .await
            .is_ok()
        {
            while matches!(socket.next().await, Some(Ok(_))) {}
        }
    };
    tokio::select! {
        _ = timeout(crate::stop::CLOSE_TIMEOUT, close) => {}
        () = server.stop.aborted() => {}
    }
}
