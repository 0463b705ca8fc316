//! The writing half of a conversation: feeds frames, flushes once for all that is there, and notices a peer that does not
//! read (api/transports §7.5).

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

use crate::config::Limits;
use crate::pace::Pace;
use crate::stop::Stop;

/// How often a write that waits is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// Why nothing more can be written.
#[derive(Debug)]
pub(super) enum Unwritten {
    /// The peer has read nothing for too long.
    Stuck,
    /// The connection is gone.
    Gone,
    /// The gateway stops and waits no longer.
    Stopped,
}

/// The writing half.
pub(super) struct Outbox<S> {
    pub(super) sink: SplitSink<WebSocketStream<S>, Message>,
    pub(super) pace: Arc<Pace>,
    pub(super) limits: Arc<Limits>,
    pub(super) stop: Stop,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Outbox<S> {
    /// Queues a frame. What has queued up is written when it is much, or at the next flush.
    pub(super) async fn feed(&mut self, message: Message) -> Result<(), Unwritten> {
        watched(
            &self.pace,
            &self.limits,
            &self.stop,
            self.sink.feed(message),
        )
        .await
    }

    /// Writes what is queued.
    pub(super) async fn flush(&mut self) -> Result<(), Unwritten> {
        watched(&self.pace, &self.limits, &self.stop, self.sink.flush()).await
    }

    /// Sends a close frame, if the peer takes it soon.
    pub(super) async fn close(&mut self, code: CloseCode, reason: &'static str) {
        // Whether it could be sent or not, the connection ends.
        let _ = timeout(
            crate::stop::CLOSING,
            self.sink.send(close_frame(code, reason)),
        )
        .await;
    }
}

/// A close frame.
pub(super) fn close_frame(code: CloseCode, reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }))
}

/// Waits for a write for as long as the peer reads anything at all.
async fn watched<T>(
    pace: &Pace,
    limits: &Limits,
    stop: &Stop,
    write: impl Future<Output = Result<T, Error>>,
) -> Result<T, Unwritten> {
    let mut write = pin!(write);
    loop {
        tokio::select! {
            biased;
            written = &mut write => return written.map_err(|_| Unwritten::Gone),
            () = stop.at_once() => return Err(Unwritten::Stopped),
            () = sleep(LOOK.min(limits.stuck)) => if pace.stuck(limits) {
                return Err(Unwritten::Stuck);
            }
        }
    }
}
