//! Server-sent events: `GET /_events` on an entry that enables them (api/transports §6).

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use bytes::Bytes;
use futures_util::{Stream, stream};
use http_body_util::Either;
use nekonap_endpoint::{Bot, Cursor, Next, OpenConnection, Want};
use nekonap_onebot::events::Lifecycle;
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

/// A response that streams all events from now on.
pub(super) fn answer(server: &Server, entry: &HttpServer) -> Reply {
    let subscriber = Subscriber {
        first: Some(meta::lifecycle(&server.bot, Lifecycle::Connect)),
        cursor: server.bot.cursor(Want {
            form: entry.form,
            own_messages: entry.own_messages,
            event_id: false,
            raw: entry.debug,
        }),
        filter: entry.filter.clone(),
        heartbeat: ticks(DEFAULT_HEARTBEAT),
        keep_alive: ticks(KEEP_ALIVE),
        losses: Losses::new(&server.name),
        lagging: server.limits.lagging,
        bot: server.bot.clone(),
        stop: server.stop.clone(),
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

/// The event stream of one client.
struct Subscriber {
    /// The lifecycle event, until it has been sent.
    first: Option<String>,
    cursor: Cursor,
    filter: Option<Filter>,
    heartbeat: Interval,
    keep_alive: Interval,
    losses: Losses,
    lagging: Duration,
    bot: Bot,
    stop: Stop,
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
            return Some(event(first.as_bytes()));
        }
        loop {
            tokio::select! {
                biased;
                () = self.stop.stopping() => return None,
                _ = self.heartbeat.tick() => {
                    let heartbeat = meta::heartbeat(&self.bot, DEFAULT_HEARTBEAT);
                    return Some(event(heartbeat.as_bytes()));
                }
                _ = self.keep_alive.tick() => return Some(Bytes::from_static(b": keep-alive\n\n")),
                next = self.losses.next(&mut self.cursor) => match next {
                    Next::Event { bytes, .. } => {
                        if filter::passes(self.filter.as_ref(), &bytes) {
                            return Some(event(&bytes));
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
fn event(json: &[u8]) -> Bytes {
    [b"data: ", json, b"\n\n"].concat().into()
}
