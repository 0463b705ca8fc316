//! The reader of a session: parses frames, runs their calls and queues the answers (api/transports §4.4).

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use nekonap_endpoint::{Bot, Called, Caller, Frames};
use nekonap_onebot::{Answer, Call, Code};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::Utf8Bytes;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::session::Ended;
use crate::activity::Activity;
use crate::config::Limits;
use crate::rate::RateLimit;
use crate::replay::Acknowledgements;
use crate::stop::Stop;

/// Frames larger than this, in bytes, are parsed on the blocking pool so that they do not delay other connections.
const LARGE: usize = 1 << 20;

/// How many bytes are read and discarded while the reader waits for the peer's close frame: the peer may have sent other
/// frames before it.
const DRAIN_LIMIT: usize = 16 << 20;

/// The reader.
pub(super) struct Inbox<S> {
    pub(super) stream: SplitStream<WebSocketStream<S>>,
    pub(super) calls: Calls,
    /// `None` without `replay`.
    pub(super) acknowledgements: Option<Arc<Acknowledgements>>,
    pub(super) activity: Arc<Activity>,
    pub(super) limits: Arc<Limits>,
    pub(super) stop: Stop,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Inbox<S> {
    /// Runs calls until the session ends, reports the reason, and then waits for the peer's close frame. The channel of
    /// answers closes when the last running call has answered.
    pub(super) async fn run(mut self, ended: oneshot::Sender<Ended>) {
        let why = self.run_calls().await;
        drop(self.calls);
        // The send fails if the writer has ended first. The writer then aborts this task.
        let _ = ended.send(why);
        let mut drained = 0;
        while let Some(Ok(message)) = self.stream.next().await {
            drained += message.len();
            if drained > DRAIN_LIMIT {
                return;
            }
        }
    }

    async fn run_calls(&mut self) -> Ended {
        loop {
            let frame = tokio::select! {
                biased;
                () = self.stop.stopping() => return Ended::Stopping,
                frame = timeout(self.limits.silent, self.stream.next()) => frame,
            };
            let message = match frame {
                // A large message on a slow connection is still arriving.
                Err(_) if self.activity.heard_within(self.limits.silent) => continue,
                Err(_) => return Ended::Silent,
                Ok(Some(Err(Error::Capacity(_)))) => return Ended::TooLarge,
                Ok(Some(Err(Error::Utf8(_)))) => return Ended::NotText,
                Ok(None | Some(Err(_))) => return Ended::Gone,
                Ok(Some(Ok(message))) => message,
            };
            let queued = match message {
                Message::Close(_) => return Ended::Closed,
                Message::Text(text) => self.calls.start(text, &self.stop).await,
                Message::Binary(bytes) => match Utf8Bytes::try_from(bytes) {
                    Ok(text) => self.calls.start(text, &self.stop).await,
                    Err(_) => self.calls.refuse("a frame must be UTF-8").await,
                },
                Message::Pong(payload) => {
                    if let Some(acknowledgements) = &self.acknowledgements {
                        acknowledgements.pong(&payload);
                    }
                    Ok(())
                }
                // The library answers pings.
                Message::Ping(_) | Message::Frame(_) => Ok(()),
            };
            if queued.is_err() {
                return Ended::Gone;
            }
        }
    }
}

/// The calls of one connection.
pub(super) struct Calls {
    bot: Bot,
    caller: Caller,
    /// Delays the calls; `None` is no limit.
    rate: Option<Arc<RateLimit>>,
    /// One permit for each call that may run.
    permits: Arc<Semaphore>,
    /// Queue of the writer. When it is full, finished calls wait and keep their permits, so the reader waits too.
    answers: mpsc::Sender<String>,
}

/// The writer has ended, so answers cannot be sent.
#[derive(Debug)]
struct WriterClosed;

impl Calls {
    pub(super) fn new(
        bot: Bot,
        caller: Caller,
        rate: Option<Arc<RateLimit>>,
        limits: &Limits,
        answers: mpsc::Sender<String>,
    ) -> Self {
        let permits = Arc::new(Semaphore::new(limits.running.min(Semaphore::MAX_PERMITS)));
        Self {
            bot,
            caller,
            rate,
            permits,
            answers,
        }
    }

    /// Starts the call of a frame. Calls start in the order of their frames.
    async fn start(&self, text: Utf8Bytes, stop: &Stop) -> Result<(), WriterClosed> {
        let call = match parse(text).await {
            Ok(call) => call,
            Err(answer) => return self.answer(&answer).await,
        };
        let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else {
            return Err(WriterClosed);
        };
        if let Some(rate) = &self.rate {
            tokio::select! {
                biased;
                () = stop.stopping() => {
                    let answer = Answer::failed(Code::Offline, "Nekonap is stopping");
                    return self.answer(&answer.echoing(call.echo)).await;
                }
                () = rate.turn() => {}
            }
        }
        match self.bot.call(call, self.caller) {
            Called::Now(answer) => self.answer(&answer).await,
            Called::Later(rest) => {
                stop.spawn(finish(rest, permit, self.answers.clone(), stop.clone()));
                Ok(())
            }
            Called::Frames(frames) => {
                stop.spawn(send_frames(
                    frames,
                    permit,
                    self.answers.clone(),
                    stop.clone(),
                ));
                Ok(())
            }
        }
    }

    /// Answers a frame that is not a call.
    async fn refuse(&self, text: &str) -> Result<(), WriterClosed> {
        self.answer(&Answer::failed(Code::BadRequest, text)).await
    }

    async fn answer(&self, answer: &Answer) -> Result<(), WriterClosed> {
        self.answers
            .send(answer.to_json())
            .await
            .map_err(|_| WriterClosed)
    }
}

/// Runs a call to its end. It continues when the connection ends, because it may already be half done.
async fn finish(
    rest: impl Future<Output = Answer>,
    permit: OwnedSemaphorePermit,
    answers: mpsc::Sender<String>,
    stop: Stop,
) {
    tokio::select! {
        answer = rest => {
            // The connection may have ended.
            let _ = answers.send(answer.to_json()).await;
        }
        () = stop.aborted() => {}
    }
    drop(permit);
}

/// Sends the frames of an action one by one (api/transports §10). The next one is made when the queue has taken the one before it.
/// When the connection ends, the action is cancelled.
async fn send_frames(
    mut frames: Frames,
    permit: OwnedSemaphorePermit,
    answers: mpsc::Sender<String>,
    stop: Stop,
) {
    loop {
        tokio::select! {
            frame = frames.next() => match frame {
                Some(frame) if answers.send(frame.to_json()).await.is_ok() => {}
                _ => break,
            },
            () = stop.aborted() => break,
            () = answers.closed() => break,
        }
    }
    drop(permit);
}

async fn parse(text: Utf8Bytes) -> Result<Call, Answer> {
    if text.len() <= LARGE {
        return Call::from_frame(&text).map_err(Answer::from);
    }
    let parsed =
        tokio::task::spawn_blocking(move || Call::from_frame(&text).map_err(Answer::from)).await;
    parsed.unwrap_or_else(|_| {
        Err(Answer::failed(
            Code::Internal,
            "the frame could not be parsed",
        ))
    })
}
