//! Server-sent events: `GET /_events` on an entry that enables them (api/transports §6).

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use bytes::Bytes;
use futures_util::{Stream, stream};
use http_body_util::Either;
use nekonap_endpoint::{Bot, Cursor, Next, OpenConnection, Want};
use nekonap_onebot::events::Lifecycle;
use nekonap_onebot::{Answer, Code};
use tokio::sync::mpsc;
use tokio::time::Interval;

use super::Reply;
use super::reply;
use crate::config::{DEFAULT_HEARTBEAT, HttpServer};
use crate::filter::{self, Filter};
use crate::losses::Losses;
use crate::meta;
use crate::server::Server;
use crate::stop::Stop;
use crate::ticks::ticks;

/// Interval between comment lines. They keep proxies from closing an idle connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A response that streams all events from now on; with `replay`, after the event that the client has read last.
pub(super) async fn answer(server: &Server, entry: &HttpServer, head: &Parts) -> Reply {
    let want = Want {
        form: entry.form,
        own_messages: entry.own_messages,
        event_id: entry.replay.is_some(),
        raw: entry.debug,
    };
    let after = match last_event_id(head) {
        Some(text) if entry.replay.is_some() => match text.parse() {
            Ok(after) => Some(after),
            Err(_) => {
                let text = format!("last_event_id: {text:?} is not the id of an event");
                return reply::answer(&Answer::failed(Code::BadRequest, text));
            }
        },
        _ => None,
    };
    let mut losses = Losses::new(&server.name);
    let cursor = match after {
        Some(after) => {
            let (cursor, lost) = server.bot.resume_after(&server.name, want, after).await;
            if lost > 0 {
                losses.add(&server.bot, lost);
            }
            cursor
        }
        None => server.bot.cursor(want),
    };
    let subscriber = Subscriber {
        first: Some(meta::lifecycle(&server.bot, Lifecycle::Connect)),
        cursor,
        ids: entry.replay.is_some(),
        filter: entry.filter.clone(),
        heartbeat: ticks(DEFAULT_HEARTBEAT),
        keep_alive: ticks(KEEP_ALIVE),
        losses,
        lagging: server.limits.lagging,
        bot: server.bot.clone(),
        stop: server.stop.clone(),
        packets: server.packets.subscribe(),
        _open: server.bot.vitals().connections.open(&server.name, "events"),
    };
    let body = Body::from_stream(subscriber.into_stream());
    let mut reply = reply::empty(StatusCode::OK).map(|_| Either::Right(body));
    let headers = reply.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    reply
}

/// The id of the event that the client has read last. Clients that cannot set the header use the query.
fn last_event_id(head: &Parts) -> Option<String> {
    if let Some(id) = head.headers.get("last-event-id") {
        return Some(String::from_utf8_lossy(id.as_bytes()).into_owned());
    }
    let query = head.uri.query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "last_event_id")
        .map(|(_, id)| id.into_owned())
}

/// The event stream of one client.
struct Subscriber {
    /// The lifecycle event, until it has been sent.
    first: Option<String>,
    cursor: Cursor,
    filter: Option<Filter>,
    /// Whether events have an `id` line.
    ids: bool,
    heartbeat: Interval,
    keep_alive: Interval,
    losses: Losses,
    lagging: Duration,
    bot: Bot,
    stop: Stop,
    /// Packets of stream actions.
    packets: mpsc::Receiver<Bytes>,
    _open: OpenConnection,
}

impl Subscriber {
    fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
        stream::unfold(self, async |mut subscriber| {
            let chunk = subscriber.next().await?;
            Some((Ok(chunk), subscriber))
        })
    }

    /// The next chunk; `None` ends the response.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(event(first.as_bytes(), None));
        }
        loop {
            tokio::select! {
                biased;
                () = self.stop.stopping() => return None,
                _ = self.heartbeat.tick() => {
                    let heartbeat = meta::heartbeat(&self.bot, DEFAULT_HEARTBEAT);
                    return Some(event(heartbeat.as_bytes(), None));
                }
                Some(packet) = self.packets.recv() => return Some(event(&packet, None)),
                _ = self.keep_alive.tick() => return Some(Bytes::from_static(b": keep-alive\n\n")),
                next = self.losses.next(&mut self.cursor) => match next {
                    Next::Event { bytes, position } => {
                        if filter::passes(self.filter.as_ref(), &bytes) {
                            return Some(event(&bytes, self.ids.then_some(position)));
                        }
                    }
                    Next::Lost(events) => {
                        if self.losses.add(&self.bot, events) >= self.lagging {
                            return None;
                        }
                    }
                    Next::Closed => return None,
                },
            }
        }
    }
}

/// An event in the format of server-sent events. The JSON is a single line.
fn event(json: &[u8], id: Option<u64>) -> Bytes {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    [id.as_bytes(), b"data: ", json, b"\n\n"].concat().into()
}
