//! One conversation over WebSocket, from the first frame to the close frame. It is the same whether the framework
//! connected to us or we to it (api/transports §4.2, §4.4–§4.6, api/transports §5.3, api/transports §7.5).
//!
//! Two tasks share the socket. The [inbox](super::inbox) reads calls and begins them; this one writes: answers first,
//! then heartbeats and pings, then events through its cursor in the bot's log. Neither waits for the other, except that
//! an inbox with too many calls running does not read.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use nekonap_endpoint::{Bot, Caller, Cursor, Next};
use nekonap_onebot::{Form, events::Lifecycle};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Interval, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::events::{Events, Over};
use super::inbox::{Calls, Inbox};
use super::outbox::{Outbox, Unwritten};
use crate::config::{Limits, Role};
use crate::meta;
use crate::pace::Pace;
use crate::stop::{CLOSING, Stop};
use crate::ticks::{tick, ticks};

/// Answers that wait for the writer. The calls behind them hold their room, so a peer that does not read its answers is
/// soon not read either.
const ANSWERS: usize = 64;

/// Frames written before a flush, when so many are there.
const BATCH: usize = 128;

/// What the peer gets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) form: Form,
    pub(super) own_messages: bool,
    pub(super) raw: bool,
    pub(super) role: Role,
    pub(super) heartbeat: Option<Duration>,
}

/// Why a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The peer said goodbye.
    Closed,
    /// The connection broke.
    Gone,
    /// Nothing came from the peer for too long, not even a pong.
    Silent,
    /// A message was over the limit.
    TooLarge,
    /// A text frame was not UTF-8.
    NotText,
    /// The peer does not read, or reads too slowly for the events there are.
    Slow,
    /// The gateway or the bot stops.
    Stopping,
}

impl Ended {
    /// The close frame that goes with it (api/transports §4.6). The library answers the peer's own; where the
    /// connection is broken or nobody is heard, there is nobody to send one to.
    fn goodbye(self) -> Option<(CloseCode, &'static str)> {
        match self {
            Self::Stopping => Some((CloseCode::Away, "Nekonap stops")),
            Self::TooLarge => Some((CloseCode::Size, "the message is over the limit")),
            Self::NotText => Some((CloseCode::Invalid, "a text frame must be UTF-8")),
            Self::Slow => Some((CloseCode::Again, "read faster, or ask for less")),
            Self::Closed | Self::Gone | Self::Silent => None,
        }
    }
}

/// One conversation.
pub(super) struct Talk {
    /// The entry's name, for the log.
    pub(super) name: String,
    pub(super) bot: Bot,
    pub(super) caller: Caller,
    pub(super) terms: Terms,
    pub(super) limits: Arc<Limits>,
    pub(super) pace: Arc<Pace>,
    pub(super) stop: Stop,
}

impl Talk {
    /// Talks until the end, and closes the socket.
    pub(super) async fn run<S>(self, socket: WebSocketStream<S>) -> Ended
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (sink, stream) = socket.split();
        let (answers, waiting) = mpsc::channel(ANSWERS);
        let (ended, end) = oneshot::channel();
        // The cursor is set before the first frame is written, so that what happens from now on is missed by nobody.
        let events = (self.terms.role != Role::Api).then(|| Events::new(&self));
        let outbox = Outbox {
            sink,
            pace: Arc::clone(&self.pace),
            limits: Arc::clone(&self.limits),
            stop: self.stop.clone(),
        };
        let calls = Calls::new(self.bot.clone(), self.caller, &self.limits, answers);
        let inbox = Inbox {
            stream,
            calls,
            pace: Arc::clone(&self.pace),
            limits: Arc::clone(&self.limits),
            stop: self.stop.clone(),
        };
        let reading = self.stop.spawn(inbox.run(ended));
        let pings = ticks(self.limits.ping);
        let writer = Writer {
            bot: self.bot,
            outbox,
            waiting,
            end,
            events,
            pings,
            stop: self.stop,
        };
        let ended = writer.run().await;
        // The reader waits for the peer's close frame, which need not come.
        let abort = reading.abort_handle();
        if !matches!(ended, Ended::Gone | Ended::Silent) {
            let _ = timeout(CLOSING, reading).await;
        }
        abort.abort();
        ended
    }
}

/// The writing task.
struct Writer<S> {
    bot: Bot,
    outbox: Outbox<S>,
    waiting: mpsc::Receiver<String>,
    end: oneshot::Receiver<Ended>,
    events: Option<Events>,
    pings: Interval,
    stop: Stop,
}

/// What the writer woke up for.
enum Woken {
    End(Ended),
    Answer(String),
    Heartbeat,
    Ping,
    Event(Next),
}

impl<S: AsyncRead + AsyncWrite + Unpin> Writer<S> {
    async fn run(mut self) -> Ended {
        match self.write().await {
            Ok(ended) => self.say_goodbye(ended).await,
            Err(Unwritten::Stuck) => self.say_goodbye(Ended::Slow).await,
            Err(Unwritten::Gone) => Ended::Gone,
            Err(Unwritten::Stopped) => Ended::Stopping,
        }
    }

    /// Writes until the conversation has to end.
    async fn write(&mut self) -> Result<Ended, Unwritten> {
        if self.events.is_some() {
            self.outbox
                .feed(Message::text(meta::lifecycle(
                    &self.bot,
                    Lifecycle::Connect,
                )))
                .await?;
            self.outbox.flush().await?;
        }
        loop {
            let frame = match self.woken().await {
                Woken::End(Ended::Stopping) => return self.last_answers().await,
                Woken::End(ended) => return Ok(ended),
                Woken::Answer(answer) => Some(Message::text(answer)),
                Woken::Heartbeat => {
                    let every = self
                        .events
                        .as_ref()
                        .map(|events| events.every)
                        .unwrap_or_default();
                    Some(Message::text(meta::heartbeat(&self.bot, every)))
                }
                Woken::Ping => Some(Message::Ping(Bytes::new())),
                Woken::Event(next) => match self
                    .events
                    .as_mut()
                    .map(|events| events.frame(next, &self.bot))
                {
                    Some(Ok(frame)) => frame,
                    Some(Err(over)) => return Ok(Self::over(over)),
                    None => None,
                },
            };
            if let Some(frame) = frame {
                self.outbox.feed(frame).await?;
            }
            if let Some(over) = self.batch().await? {
                return Ok(Self::over(over));
            }
            self.outbox.flush().await?;
        }
    }

    async fn woken(&mut self) -> Woken {
        let (heartbeat, cursor) = match &mut self.events {
            Some(events) => (events.heartbeat.as_mut(), Some(&mut events.cursor)),
            None => (None, None),
        };
        tokio::select! {
            biased;
            ended = &mut self.end => Woken::End(ended.unwrap_or(Ended::Gone)),
            Some(answer) = self.waiting.recv() => Woken::Answer(answer),
            () = tick(heartbeat) => Woken::Heartbeat,
            _ = self.pings.tick() => Woken::Ping,
            next = next(cursor) => Woken::Event(next),
        }
    }

    /// Feeds what else is there already, so that it leaves with the same flush.
    async fn batch(&mut self) -> Result<Option<Over>, Unwritten> {
        for _ in 0..BATCH {
            let frame = match self.waiting.try_recv() {
                Ok(answer) => Message::text(answer),
                Err(_) => match self
                    .events
                    .as_mut()
                    .and_then(|events| events.ready(&self.bot))
                {
                    Some(Ok(Some(event))) => event,
                    Some(Ok(None)) => continue,
                    Some(Err(over)) => return Ok(Some(over)),
                    None => return Ok(None),
                },
            };
            self.outbox.feed(frame).await?;
        }
        Ok(None)
    }

    fn over(over: Over) -> Ended {
        match over {
            Over::Slow => Ended::Slow,
            // The bot has shut down, and its calls with it.
            Over::Closed => Ended::Stopping,
        }
    }

    /// Writes the answers of the calls that still run. Their channel closes with the last.
    async fn last_answers(&mut self) -> Result<Ended, Unwritten> {
        loop {
            let answer = tokio::select! {
                biased;
                answer = self.waiting.recv() => answer,
                () = self.stop.at_once() => return Err(Unwritten::Stopped),
            };
            let Some(answer) = answer else {
                return Ok(Ended::Stopping);
            };
            self.outbox.feed(Message::text(answer)).await?;
            self.outbox.flush().await?;
        }
    }

    async fn say_goodbye(&mut self, ended: Ended) -> Ended {
        if let Some((code, reason)) = ended.goodbye() {
            self.outbox.close(code, reason).await;
        }
        ended
    }
}

/// The next event, if there are any.
async fn next(cursor: Option<&mut Cursor>) -> Next {
    match cursor {
        Some(cursor) => cursor.next().await,
        None => std::future::pending().await,
    }
}
