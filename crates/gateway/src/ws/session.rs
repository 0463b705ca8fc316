//! One WebSocket session, from the first frame to the close frame, for forward and reverse connections
//! (api/transports §4.2, §4.4–§4.6, api/transports §5.3, api/transports §7.5, §7.7).
//!
//! Two tasks share the socket. The [reader](super::inbox) parses calls and starts them. The writer sends answers first,
//! then heartbeats and pings, then events from its cursor in the bot's event log. The reader pauses while too many calls
//! are running; otherwise the tasks do not wait for each other.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use nekonap_endpoint::{Bot, Caller, Cursor, Next};
use nekonap_onebot::{Form, events::Lifecycle};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, Interval, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::events::{Events, EventsEnded};
use super::inbox::{Calls, Inbox};
use super::outbox::{Outbox, WriteError};
use crate::activity::Activity;
use crate::config::{Limits, Role};
use crate::filter::Filter;
use crate::meta;
use crate::rate::RateLimit;
use crate::replay::Replay;
use crate::stop::{CLOSE_TIMEOUT, Stop};
use crate::ticks::{tick, ticks};

/// Capacity of the queue of answers. When it is full, calls keep their permits, so a peer that does not read its answers is
/// soon not read either.
const ANSWER_QUEUE: usize = 64;

/// Maximum number of frames that are queued before a flush.
const BATCH: usize = 128;

/// Options of a session, from its entry.
#[derive(Clone, Debug)]
pub(super) struct SessionOptions {
    pub(super) form: Form,
    pub(super) own_messages: bool,
    pub(super) raw: bool,
    pub(super) role: Role,
    pub(super) heartbeat: Option<Duration>,
    /// Which events are sent; `None` sends all.
    pub(super) filter: Option<Filter>,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The peer sent a close frame.
    Closed,
    /// The connection broke.
    Gone,
    /// The peer sent nothing for [`Limits::silent`], not even a pong.
    Silent,
    /// A message exceeded [`Limits::message`].
    TooLarge,
    /// A text frame was not UTF-8.
    NotText,
    /// The peer does not read, or reads events too slowly.
    Slow,
    /// The entry or the bot is stopping.
    Stopping,
}

impl Ended {
    /// Code and reason of the close frame to send (api/transports §4.6). `None` if the peer sent its own, which the library
    /// answers, or if the connection is dead.
    fn close_reason(self) -> Option<(CloseCode, &'static str)> {
        match self {
            Self::Stopping => Some((CloseCode::Away, "Nekonap stops")),
            Self::TooLarge => Some((CloseCode::Size, "the message is over the limit")),
            Self::NotText => Some((CloseCode::Invalid, "a text frame must be UTF-8")),
            Self::Slow => Some((CloseCode::Again, "read faster, or ask for less")),
            Self::Closed | Self::Gone | Self::Silent => None,
        }
    }
}

/// One WebSocket session.
pub(super) struct Session {
    /// Name of the entry, for the log.
    pub(super) name: String,
    pub(super) bot: Bot,
    pub(super) caller: Caller,
    pub(super) options: SessionOptions,
    /// Delays the calls of the entry; `None` is no limit.
    pub(super) rate: Option<Arc<RateLimit>>,
    /// `None` without `replay`.
    pub(super) replay: Option<Arc<Replay>>,
    pub(super) limits: Arc<Limits>,
    pub(super) activity: Arc<Activity>,
    pub(super) stop: Stop,
}

impl Session {
    /// Runs the session to its end and closes the socket.
    pub(super) async fn run<S>(self, socket: WebSocketStream<S>) -> Ended
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (sink, stream) = socket.split();
        let (answer_sender, answers) = mpsc::channel(ANSWER_QUEUE);
        let (ended, end) = oneshot::channel();
        // The cursor is created before the first frame is sent, so that the peer misses no event after that frame.
        let events = if self.options.role == Role::Api {
            None
        } else {
            Some(Events::new(&self).await)
        };
        let outbox = Outbox {
            sink,
            activity: Arc::clone(&self.activity),
            limits: Arc::clone(&self.limits),
            stop: self.stop.clone(),
        };
        let calls = Calls::new(
            self.bot.clone(),
            self.caller,
            self.rate,
            &self.limits,
            answer_sender,
        );
        let inbox = Inbox {
            stream,
            calls,
            acknowledgements: events
                .as_ref()
                .and_then(|events| events.acknowledgements.clone()),
            activity: Arc::clone(&self.activity),
            limits: Arc::clone(&self.limits),
            stop: self.stop.clone(),
        };
        let reading = self.stop.spawn(inbox.run(ended));
        let pings = ticks(self.limits.ping);
        let writer = Writer {
            bot: self.bot,
            outbox,
            answers,
            end,
            events,
            pings,
            acknowledge: self.limits.acknowledge,
            stop: self.stop,
        };
        let ended = writer.run().await;
        // The reader waits for the peer's close frame, which may never arrive.
        let abort = reading.abort_handle();
        if !matches!(ended, Ended::Gone | Ended::Silent) {
            let _ = timeout(CLOSE_TIMEOUT, reading).await;
        }
        abort.abort();
        ended
    }
}

/// The writer task.
struct Writer<S> {
    bot: Bot,
    outbox: Outbox<S>,
    answers: mpsc::Receiver<String>,
    end: oneshot::Receiver<Ended>,
    events: Option<Events>,
    pings: Interval,
    /// Delay from events to the ping that asks for their acknowledgement.
    acknowledge: Duration,
    stop: Stop,
}

/// What the writer has to do next.
enum Work {
    End(Ended),
    Answer(String),
    Heartbeat,
    Ping,
    Event(Next),
}

impl<S: AsyncRead + AsyncWrite + Unpin> Writer<S> {
    async fn run(mut self) -> Ended {
        match self.write().await {
            Ok(ended) => self.send_close(ended).await,
            Err(WriteError::Stuck) => self.send_close(Ended::Slow).await,
            Err(WriteError::Gone) => Ended::Gone,
            Err(WriteError::Aborted) => Ended::Stopping,
        }
    }

    /// Writes until the session ends.
    async fn write(&mut self) -> Result<Ended, WriteError> {
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
            let frame = match self.next_work().await {
                Work::End(Ended::Stopping) => return self.last_answers().await,
                Work::End(ended) => return Ok(ended),
                Work::Answer(answer) => Some(Message::text(answer)),
                Work::Heartbeat => {
                    let every = self
                        .events
                        .as_ref()
                        .map(|events| events.every)
                        .unwrap_or_default();
                    Some(Message::text(meta::heartbeat(&self.bot, every)))
                }
                Work::Ping => {
                    let payload = self.events.as_mut().map(Events::ping);
                    Some(Message::Ping(payload.unwrap_or_default()))
                }
                Work::Event(next) => match self
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
            if let Some(events) = &mut self.events {
                events.flushed(self.acknowledge);
            }
        }
    }

    async fn next_work(&mut self) -> Work {
        let (heartbeat, ping_due, cursor) = match &mut self.events {
            Some(events) => (
                events.heartbeat.as_mut(),
                events.ping_due,
                Some(&mut events.cursor),
            ),
            None => (None, None, None),
        };
        tokio::select! {
            biased;
            ended = &mut self.end => Work::End(ended.unwrap_or(Ended::Gone)),
            Some(answer) = self.answers.recv() => Work::Answer(answer),
            () = tick(heartbeat) => Work::Heartbeat,
            _ = self.pings.tick() => Work::Ping,
            () = until(ping_due) => Work::Ping,
            next = next(cursor) => Work::Event(next),
        }
    }

    /// Queues all frames that are ready, so that one flush sends them.
    async fn batch(&mut self) -> Result<Option<EventsEnded>, WriteError> {
        for _ in 0..BATCH {
            let frame = match self.answers.try_recv() {
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

    fn over(over: EventsEnded) -> Ended {
        match over {
            EventsEnded::Slow => Ended::Slow,
            // The bot has shut down, so no call is running.
            EventsEnded::Closed => Ended::Stopping,
        }
    }

    /// Writes the answers of the calls that are still running. The channel closes after the last one.
    async fn last_answers(&mut self) -> Result<Ended, WriteError> {
        loop {
            let answer = tokio::select! {
                biased;
                answer = self.answers.recv() => answer,
                () = self.stop.aborted() => return Err(WriteError::Aborted),
            };
            let Some(answer) = answer else {
                return Ok(Ended::Stopping);
            };
            self.outbox.feed(Message::text(answer)).await?;
            self.outbox.flush().await?;
        }
    }

    async fn send_close(&mut self, ended: Ended) -> Ended {
        let restarts = ended == Ended::Stopping && self.stop.is_restarting();
        let reason = if restarts {
            Some((
                CloseCode::Restart,
                "the configuration of this connection has changed",
            ))
        } else {
            ended.close_reason()
        };
        if let Some((code, reason)) = reason {
            self.outbox.close(code, reason).await;
        }
        ended
    }
}

/// Waits until a time; with `None`, forever.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// Waits for the next event; without a cursor, forever.
async fn next(cursor: Option<&mut Cursor>) -> Next {
    match cursor {
        Some(cursor) => cursor.next().await,
        None => std::future::pending().await,
    }
}
