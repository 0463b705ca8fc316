//! The sending side of a session's socket: queues frames, flushes them in batches, and detects a peer that does not read
//! (api/transports §7.5).

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::SinkExt;
use futures_util::stream::SplitSink;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::activity::Activity;
use crate::config::Limits;
use crate::stop::{CLOSE_TIMEOUT, Stop};

/// How often a pending write is checked for a stuck peer.
const CHECK_INTERVAL: Duration = Duration::from_millis(500);

/// Why a write failed.
#[derive(Debug)]
pub(super) enum WriteError {
    /// The peer has read nothing for [`Limits::stuck`].
    Stuck,
    /// The connection broke.
    Gone,
    /// The gateway aborts all work.
    Aborted,
}

/// The sending side of a socket.
pub(super) struct Outbox<S> {
    pub(super) sink: SplitSink<WebSocketStream<S>, Message>,
    pub(super) activity: Arc<Activity>,
    pub(super) limits: Arc<Limits>,
    pub(super) stop: Stop,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Outbox<S> {
    /// Queues a frame. It is written at the next flush, or earlier when the buffer is full.
    pub(super) async fn feed(&mut self, message: Message) -> Result<(), WriteError> {
        watched(
            &self.activity,
            &self.limits,
            &self.stop,
            self.sink.feed(message),
        )
        .await
    }

    /// Writes all queued frames.
    pub(super) async fn flush(&mut self) -> Result<(), WriteError> {
        watched(&self.activity, &self.limits, &self.stop, self.sink.flush()).await
    }

    /// Sends a close frame, within [`CLOSE_TIMEOUT`].
    pub(super) async fn close(&mut self, code: CloseCode, reason: &'static str) {
        // The connection ends in any case.
        let _ = timeout(CLOSE_TIMEOUT, self.sink.send(close_frame(code, reason))).await;
    }
}

pub(super) fn close_frame(code: CloseCode, reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }))
}

/// Waits for a write as long as the peer reads anything. While the gateway stops, a peer that does not read is gone.
async fn watched<T>(
    activity: &Activity,
    limits: &Limits,
    stop: &Stop,
    write: impl Future<Output = Result<T, Error>>,
) -> Result<T, WriteError> {
    let mut write = pin!(write);
    loop {
        tokio::select! {
            biased;
            written = &mut write => return written.map_err(|_| WriteError::Gone),
            () = stop.aborted() => return Err(WriteError::Aborted),
            () = sleep(CHECK_INTERVAL.min(limits.stuck)) => {
                if activity.stuck(limits.stuck) {
                    return Err(WriteError::Stuck);
                }
                if stop.is_stopping() && activity.stuck(CLOSE_TIMEOUT) {
                    return Err(WriteError::Gone);
                }
            }
        }
    }
}
