//! The reading half of a conversation: frames become calls, calls become answers (api/transports §4.4).

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use nekonap_endpoint::{Bot, Called, Caller};
use nekonap_onebot::{Answer, Call, Code};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::Utf8Bytes;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::talk::Ended;
use crate::config::Limits;
use crate::pace::Pace;
use crate::stop::Stop;

/// Frames above this are parsed where they cannot hold up other connections.
const LARGE: usize = 1 << 20;

/// What is still read, and thrown away, of a peer that sends on when the conversation is over: its close frame stands
/// behind what it had sent before, but who never stops is not read for ever.
const DRAINED: usize = 16 << 20;

/// The reading half.
pub(super) struct Inbox<S> {
    pub(super) stream: SplitStream<WebSocketStream<S>>,
    pub(super) calls: Calls,
    pub(super) pace: Arc<Pace>,
    pub(super) limits: Arc<Limits>,
    pub(super) stop: Stop,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Inbox<S> {
    /// Takes calls until there will be no more, says why, and then only reads on for the peer's close frame. The answers'
    /// channel closes when the last of the calls has answered.
    pub(super) async fn run(mut self, ended: oneshot::Sender<Ended>) {
        let why = self.take_calls().await;
        drop(self.calls);
        // Nobody listens when the writer has ended first; it aborts this task then.
        let _ = ended.send(why);
        let mut drained = 0;
        while let Some(Ok(message)) = self.stream.next().await {
            drained += message.len();
            if drained > DRAINED {
                return;
            }
        }
    }

    async fn take_calls(&mut self) -> Ended {
        loop {
            let frame = tokio::select! {
                biased;
                () = self.stop.asked() => return Ended::Stopping,
                frame = timeout(self.limits.silent, self.stream.next()) => frame,
            };
            let message = match frame {
                // A large message on a slow line is not silence.
                Err(_) if self.pace.heard_within(self.limits.silent) => continue,
                Err(_) => return Ended::Silent,
                Ok(Some(Err(Error::Capacity(_)))) => return Ended::TooLarge,
                Ok(Some(Err(Error::Utf8(_)))) => return Ended::NotText,
                Ok(None | Some(Err(_))) => return Ended::Gone,
                Ok(Some(Ok(message))) => message,
            };
            let taken = match message {
                Message::Close(_) => return Ended::Closed,
                Message::Text(text) => self.calls.take(text, &self.stop).await,
                Message::Binary(bytes) => match Utf8Bytes::try_from(bytes) {
                    Ok(text) => self.calls.take(text, &self.stop).await,
                    Err(_) => self.calls.refuse("a frame must be UTF-8").await,
                },
                // The library answers pings.
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(()),
            };
            if taken.is_err() {
                return Ended::Gone;
            }
        }
    }
}

/// The calls of one connection.
pub(super) struct Calls {
    bot: Bot,
    caller: Caller,
    /// A permit for each call that may run.
    room: Arc<Semaphore>,
    /// To the writer. When it is full, calls wait with their answers, and with them the reader for room.
    answers: mpsc::Sender<String>,
}

/// The writer has ended; nobody wants answers.
#[derive(Debug)]
struct Unwanted;

impl Calls {
    pub(super) fn new(
        bot: Bot,
        caller: Caller,
        limits: &Limits,
        answers: mpsc::Sender<String>,
    ) -> Self {
        let room = Arc::new(Semaphore::new(limits.running.min(Semaphore::MAX_PERMITS)));
        Self {
            bot,
            caller,
            room,
            answers,
        }
    }

    /// Takes a frame. It begins here, so that calls begin in the order of their frames.
    async fn take(&self, text: Utf8Bytes, stop: &Stop) -> Result<(), Unwanted> {
        let call = match parse(text).await {
            Ok(call) => call,
            Err(answer) => return self.answer(&answer).await,
        };
        let Ok(permit) = Arc::clone(&self.room).acquire_owned().await else {
            return Err(Unwanted);
        };
        match self.bot.call(call, self.caller) {
            Called::Now(answer) => self.answer(&answer).await,
            Called::Later(rest) => {
                stop.spawn(finish(rest, permit, self.answers.clone(), stop.clone()));
                Ok(())
            }
        }
    }

    /// Answers a frame that is no call.
    async fn refuse(&self, text: &str) -> Result<(), Unwanted> {
        self.answer(&Answer::failed(Code::BadRequest, text)).await
    }

    async fn answer(&self, answer: &Answer) -> Result<(), Unwanted> {
        self.answers
            .send(answer.to_json())
            .await
            .map_err(|_| Unwanted)
    }
}

/// Runs a call to its end. It goes on when the connection has ended: it may have done half of what it does.
async fn finish(
    rest: impl Future<Output = Answer>,
    permit: OwnedSemaphorePermit,
    answers: mpsc::Sender<String>,
    stop: Stop,
) {
    tokio::select! {
        answer = rest => {
            // Nobody to answer is no fault.
            let _ = answers.send(answer.to_json()).await;
        }
        () = stop.at_once() => {}
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
