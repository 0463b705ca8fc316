//! Actions that answer with several packets (api/transports §10).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use nekonap_endpoint::Frames;
use nekonap_onebot::{Answer, Code};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{Reply, reply};
use crate::config::HttpServer;
use crate::server::Server;

/// Packets that wait for a reader of events.
const PACKET_QUEUE: usize = 4;

/// The readers of events that get the packets of stream actions.
#[derive(Debug, Default)]
pub(crate) struct Packets(Mutex<Vec<mpsc::Sender<Bytes>>>);

impl Packets {
    /// A queue that gets all packets from now on. Dropping it ends that.
    pub(super) fn subscribe(&self) -> mpsc::Receiver<Bytes> {
        let (sender, receiver) = mpsc::channel(PACKET_QUEUE);
        let mut senders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        senders.retain(|sender| !sender.is_closed());
        senders.push(sender);
        receiver
    }

    fn open(&self) -> Vec<mpsc::Sender<Bytes>> {
        let mut senders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        senders.retain(|sender| !sender.is_closed());
        senders.clone()
    }

    /// Passes a packet to every reader, and waits for slow ones. A reader that takes none for `stuck` loses it.
    async fn send(&self, packet: Bytes, stuck: Duration) {
        for sender in self.open() {
            let sent = timeout(stuck, sender.send(packet.clone())).await;
            if sent.is_err() {
                tracing::warn!(
                    "a reader of events does not keep up and loses a packet of a stream action"
                );
            }
        }
    }
}

/// Answers with the packets of an action: as events if somebody reads the events of the entry, and then only the last one is the
/// response; otherwise all in the response.
pub(super) async fn answer(server: &Arc<Server>, entry: &HttpServer, mut frames: Frames) -> Reply {
    if entry.events && !server.packets.open().is_empty() {
        return as_events(server, frames).await;
    }
    let aborted = || reply::answer(&stopped());
    let first = tokio::select! {
        first = frames.next() => first,
        () = server.stop.aborted() => return aborted(),
    };
    let first = match first {
        Some(first) if first.is_ok() => first,
        // A failure at the start is an answer like any other.
        Some(failed) => return reply::answer(&failed),
        None => return aborted(),
    };
    let stop = server.stop.clone();
    let packets = stream::once(async { first })
        .chain(frames)
        .take_until(async move { stop.aborted().await })
        .map(|frame| Ok::<_, std::convert::Infallible>(reply::packet(&frame)));
    reply::packets(Body::from_stream(packets))
}

async fn as_events(server: &Arc<Server>, mut frames: Frames) -> Reply {
    let task_server = Arc::clone(server);
    let task = server.stop.spawn(async move {
        let server = task_server;
        let mut last: Option<Answer> = None;
        loop {
            let frame = tokio::select! {
                frame = frames.next() => frame,
                () = server.stop.aborted() => return None,
            };
            match (frame, last.take()) {
                (None, last) => return last,
                (Some(frame), before) => {
                    if let Some(before) = before {
                        let stuck = server.limits.stuck;
                        server.packets.send(before.to_json().into(), stuck).await;
                    }
                    last = Some(frame);
                }
            }
        }
    });
    match task.await {
        Ok(Some(last)) => reply::answer(&last),
        _ => reply::answer(&stopped()),
    }
}

fn stopped() -> Answer {
    Answer::failed(Code::Internal, "Nekonap stopped before the action was done").streaming()
}
