//! Calls over one connection: sends requests, matches replies by sequence, applies deadlines, runs both heartbeats.
//! protocol/01 §1.7–§1.10, §4.3.

use std::{
    borrow::Cow,
    collections::HashMap,
    io::{self, ErrorKind},
    marker::PhantomData,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    bounded,
    command::{Command, Header, Refusal},
    commands::session::{Alive, KICK_NT, SsoHeartBeat},
    crypto::Key,
    frame::{self, Encryption, Request, Reserved, Response, trace_parent},
    login::{Guid, Profile},
    proto::session::{HeartBeatRequest, KickNt},
};
use tokio::{
    net::TcpStream,
    sync::{mpsc, oneshot},
    time::{Instant, timeout, timeout_at},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::Timings,
    connection::{self, FRAME_QUEUE, Outgoing, WriteState},
    counters::Count,
    error::CallError,
    events::intake::Intake,
    keystore::Account,
    sign::{SignProvider, SignRequest},
    silence::{SILENT_PERIODS, Silence, ticks},
};

/// Maximum number of pending requests. Beyond it calls fail at once.
const MAX_PENDING: usize = 4_096;
/// The session ends after this many undecodable frames in a row (protocol/01 §4.5).
const MAX_MALFORMED_FRAMES: u32 = 3;
/// The session ends after this many session heartbeats in a row without a reply.
const MAX_MISSED_HEARTBEATS: u32 = 2;
/// Return codes of an expired session (protocol/01 §1.9).
const EXPIRED: [i32; 3] = [-10_001, -10_003, -10_008];

/// Why a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// The connection broke.
    Lost {
        why: String,
        /// Whether the server closed it.
        closed: bool,
    },
    /// The server reports the tickets as expired; holds its text.
    Expired(String),
    /// The server ended it; the client must not reconnect by itself.
    Kicked { title: String, text: String },
    /// The client ended it.
    Closed,
    /// The client ended it in order to open another connection at once.
    Reconnecting,
}

impl End {
    fn lost(why: impl Into<String>) -> Self {
        Self::Lost {
            why: why.into(),
            closed: false,
        }
    }

    fn broken(error: &io::Error) -> Self {
        Self::Lost {
            why: error.to_string(),
            // A server that closes before reading everything causes a reset.
            closed: matches!(
                error.kind(),
                ErrorKind::UnexpectedEof
                    | ErrorKind::ConnectionReset
                    | ErrorKind::ConnectionAborted
                    | ErrorKind::BrokenPipe
            ),
        }
    }
}

/// The account's fields in the header of each request.
#[derive(Clone, Default)]
struct Identity {
    uin: Option<Uin>,
    uid: Option<Uid>,
    d2: Bytes,
    d2_key: Option<Key>,
    tgt: Bytes,
}

/// State that all sessions of a client share.
#[derive(Clone)]
pub(crate) struct SessionContext {
    pub(crate) profile: Profile,
    pub(crate) guid: Guid,
    pub(crate) sign: Option<Arc<dyn SignProvider>>,
    pub(crate) timings: Timings,
    pub(crate) count: Arc<Count>,
}

/// One connection and its pending requests. Cheap to clone; clones do not keep the connection open.
#[derive(Clone)]
pub(crate) struct Session {
    shared: Arc<Shared>,
}

struct Shared {
    context: SessionContext,
    identity: Mutex<Identity>,
    next: AtomicU32,
    pending: Mutex<HashMap<i32, PendingRequest>>,
    queue: mpsc::Sender<Outgoing>,
    silence: Silence,
    end: OnceLock<End>,
    closed: CancellationToken,
}

struct PendingRequest {
    command: Cow<'static, str>,
    answer: oneshot::Sender<Response>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    /// Starts the reader and writer tasks on `tasks`; they end with the session. Pushes go to `intake`.
    pub(crate) fn start(
        stream: TcpStream,
        context: SessionContext,
        intake: Intake,
        tasks: &TaskTracker,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(FRAME_QUEUE);
        let session = Self {
            shared: Arc::new(Shared {
                context,
                identity: Mutex::default(),
                next: AtomicU32::new(rand::random_range(5_000_000..9_900_000)),
                pending: Mutex::default(),
                queue,
                silence: Silence::default(),
                end: OnceLock::new(),
                closed: CancellationToken::new(),
            }),
        };
        let (from, to) = stream.into_split();
        let writer = session.clone();
        tasks.spawn(async move {
            let closed = writer.shared.closed.clone();
            tokio::select! {
                () = closed.cancelled() => {}
                result = connection::write(to, waiting) => if let Err(error) = result {
                    writer.finish(End::broken(&error));
                },
            }
        });
        let reader = session.clone();
        tasks.spawn(async move {
            let closed = reader.shared.closed.clone();
            let mut malformed = 0;
            tokio::select! {
                () = closed.cancelled() => {}
                result = connection::read(
                    from,
                    || reader.shared.silence.broken(),
                    |frame| reader.received(&frame, &intake, &mut malformed),
                ) => if let Err(error) = result {
                    reader.finish(End::broken(&error));
                },
            }
        });
        session
    }

    /// Uses the tickets of this account for all following requests.
    pub(crate) fn identify(&self, account: &Account) {
        *lock(&self.shared.identity) = Identity {
            uin: Some(account.uin),
            uid: Some(account.uid),
            d2: Bytes::copy_from_slice(&account.d2),
            d2_key: Some(account.d2_key),
            tgt: Bytes::copy_from_slice(&account.tgt),
        };
    }

    /// Removes the tickets; afterwards only log-in commands work.
    pub(crate) fn anonymous(&self) {
        *lock(&self.shared.identity) = Identity::default();
    }

    /// Ends the session. Only the first reason is kept. Pending calls fail.
    pub(crate) fn finish(&self, why: End) {
        if self.shared.end.set(why).is_ok() {
            self.shared.closed.cancel();
            lock(&self.shared.pending).clear();
        }
    }

    /// Why the session ended; `None` while it runs.
    pub(crate) fn end(&self) -> Option<&End> {
        self.shared.end.get()
    }

    /// Waits until the session has ended.
    pub(crate) async fn ended(&self) -> End {
        self.shared.closed.cancelled().await;
        self.end().cloned().unwrap_or(End::Closed)
    }

    /// Sends a request and waits for the reply.
    pub(crate) async fn call<C: Command>(
        &self,
        request: &C::Request,
    ) -> Result<C::Reply, CallError> {
        self.send_request::<C>(request).await?.reply().await
    }

    /// Sends a request: resolves when the frame is queued for the socket. Frames are written in queue order.
    pub(crate) async fn send_request<C: Command>(
        &self,
        request: &C::Request,
    ) -> Result<PendingReply<C>, CallError> {
        let payload = Bytes::from(C::encode_request(request));
        let body = self
            .send_payload(C::NAME.into(), C::HEADER, payload)
            .await?;
        Ok(PendingReply {
            body,
            command: PhantomData,
        })
    }

    /// Sends an encoded request, as [`send_request`](Self::send_request).
    pub(crate) async fn send_payload(
        &self,
        command: Cow<'static, str>,
        header: Header,
        payload: Bytes,
    ) -> Result<PendingBody, CallError> {
        let shared = &self.shared;
        let deadline = Instant::now() + shared.context.timings.reply;
        let sequence = self.sequence();
        let signature = match &shared.context.sign {
            Some(provider) if provider.wants(&command) => Some(
                timeout_at(
                    deadline,
                    self.signature(provider.as_ref(), &command, sequence, &payload),
                )
                .await
                .map_err(|_| CallError::Sign("no reply within the timeout".to_owned()))??,
            ),
            _ => None,
        };
        let frame = self.frame(&command, header, sequence, payload, signature)?;

        let permit = tokio::select! {
            permit = timeout_at(deadline, shared.queue.reserve()) => {
                permit.map_err(|_| CallError::Busy)?
            }
            () = shared.closed.cancelled() => return Err(CallError::Disconnected { sent: false }),
        };
        let permit = permit.map_err(|_| CallError::Disconnected { sent: false })?;
        let (sender, answer) = oneshot::channel();
        {
            let mut pending = lock(&shared.pending);
            // Checked under the lock: `finish` either sees this entry, or its end is seen here.
            if shared.end.get().is_some() {
                return Err(CallError::Disconnected { sent: false });
            }
            if pending.len() >= MAX_PENDING {
                return Err(CallError::Busy);
            }
            pending.insert(
                sequence,
                PendingRequest {
                    command: command.clone(),
                    answer: sender,
                },
            );
        }
        let write_state = WriteState::default();
        shared.context.count.frames_sent.add(1);
        permit.send(Outgoing {
            frame,
            write_state: write_state.clone(),
        });
        Ok(PendingBody {
            command,
            header,
            answer,
            deadline,
            write_state,
            guard: PendingGuard {
                session: self.clone(),
                sequence,
            },
        })
    }

    /// Sends connection heartbeats until the session ends. Ends the session when the server sends nothing any more.
    pub(crate) async fn keep_alive(&self) {
        let period = self.shared.context.timings.alive;
        let beats = async {
            let mut ticks = ticks(period);
            loop {
                ticks.tick().await;
                // Any received byte shows that the server is there, so a missing reply means nothing by itself.
                let _ = self.call::<Alive>(&()).await;
            }
        };
        tokio::select! {
            () = self.shared.closed.cancelled() => {}
            () = self.shared.silence.lasts(period) => self.finish(End::lost(format!(
                "the server sent nothing for {SILENT_PERIODS} heartbeats"
            ))),
            () = beats => {}
        }
    }

    /// Sends session heartbeats until the session ends. Runs from the registration on. Ends the session when the server
    /// does not reply to them.
    pub(crate) async fn keep_online(&self) {
        let request = HeartBeatRequest::new();
        let mut ticks = ticks(self.shared.context.timings.heartbeat);
        let mut missed = 0;
        loop {
            tokio::select! {
                () = self.shared.closed.cancelled() => return,
                _ = ticks.tick() => {}
            }
            // A refusal is a reply too; one that ends the session has already ended it.
            missed = match self.call::<SsoHeartBeat>(&request).await {
                Err(CallError::TimedOut | CallError::Busy) => missed + 1,
                _ => 0,
            };
            if missed >= MAX_MISSED_HEARTBEATS {
                self.finish(End::lost("the server does not reply to session heartbeats"));
            }
        }
    }

    fn sequence(&self) -> i32 {
        // Always positive; wraps to 1.
        let number = self.shared.next.fetch_add(1, Ordering::Relaxed) & 0x7fff_ffff;
        number.max(1).cast_signed()
    }

    async fn signature(
        &self,
        provider: &dyn SignProvider,
        command: &str,
        sequence: i32,
        payload: &Bytes,
    ) -> Result<frame::Signature, CallError> {
        let context = &self.shared.context;
        let uin = lock(&self.shared.identity).uin;
        let signature = provider
            .sign(SignRequest {
                command: command.to_owned(),
                sequence: sequence.cast_unsigned(),
                payload: payload.to_vec(),
                uin: uin.map_or(0, Uin::get),
                guid: context.guid.0,
                qua: context.profile.qua.clone(),
            })
            .await
            .map_err(|error| CallError::Sign(error.to_string()))?;
        Ok(frame::Signature {
            sign: signature.sign.into(),
            token: signature.token.into(),
            extra: signature.extra.into(),
        })
    }

    fn frame(
        &self,
        command: &str,
        header: Header,
        sequence: i32,
        payload: Bytes,
        signature: Option<frame::Signature>,
    ) -> Result<Bytes, CallError> {
        let context = &self.shared.context;
        let identity = lock(&self.shared.identity).clone();
        if header == Header::Session && identity.d2_key.is_none() {
            return Err(CallError::Offline);
        }
        let request = Request {
            sequence,
            command: command.to_owned(),
            uin: identity.uin,
            protocol: header.into(),
            encryption: Encryption::of(header, &identity.d2),
            sub_app_id: context.profile.sub_app_id,
            tgt: identity.tgt,
            guid: Some(context.guid),
            version: context.profile.version.clone(),
            reserved: Reserved {
                trace: Some(trace_parent()),
                uid: identity.uid,
                signature,
            },
            payload,
        };
        frame::encode_request(&request, identity.d2_key.as_ref())
            .map_err(|error| CallError::Invalid(error.to_string()))
    }

    /// Handles a received frame without waiting.
    fn received(&self, frame: &Bytes, intake: &Intake, malformed: &mut u32) {
        let (key, me) = {
            let identity = lock(&self.shared.identity);
            (identity.d2_key, identity.uin)
        };
        let response = match frame::decode_response(frame, key.as_ref()) {
            Ok(response) => response,
            Err(error) => {
                *malformed += 1;
                self.shared.context.count.malformed(&error);
                if *malformed >= MAX_MALFORMED_FRAMES {
                    self.finish(End::lost(format!("frames cannot be decoded: {error}")));
                }
                return;
            }
        };
        *malformed = 0;
        self.shared.context.count.frames_received.add(1);
        let expected = {
            let mut pending = lock(&self.shared.pending);
            match pending.get(&response.sequence) {
                Some(expected) if expected.command == response.command => {
                    pending.remove(&response.sequence)
                }
                _ => None,
            }
        };
        match expected {
            // The send fails if the call was cancelled.
            Some(expected) => drop(expected.answer.send(response)),
            // Addressed to another account: official clients drop such pushes too (protocol/01 §1.3).
            None if me.is_some() && response.uin.is_some() && response.uin != me => {
                self.shared.context.count.stray(&response.command);
            }
            None if response.command == KICK_NT => self.kicked(&response.body),
            None => intake.take(&response.command, response.body, me),
        }
    }

    fn kicked(&self, body: &[u8]) {
        let push: KickNt = bounded::decode(body).unwrap_or_default();
        self.finish(End::Kicked {
            title: push.title.unwrap_or_default(),
            text: push.tips.unwrap_or_default(),
        });
    }
}

/// A queued request whose reply is pending.
pub(crate) struct PendingReply<C> {
    body: PendingBody,
    command: PhantomData<fn() -> C>,
}

impl<C: Command> PendingReply<C> {
    /// Waits for the reply, until the deadline set when the request was started.
    pub(crate) async fn reply(self) -> Result<C::Reply, CallError> {
        let session = self.body.guard.session.clone();
        let body = self.body.reply().await?;
        C::decode_reply(&body).map_err(|error| {
            let error = CallError::from(error);
            if let CallError::Malformed(why) = &error {
                session.shared.context.count.malformed_reply(C::NAME, why);
            }
            error
        })
    }
}

/// A queued request whose reply is pending, without the types of its command.
pub(crate) struct PendingBody {
    command: Cow<'static, str>,
    header: Header,
    answer: oneshot::Receiver<Response>,
    deadline: Instant,
    write_state: WriteState,
    guard: PendingGuard,
}

impl PendingBody {
    /// Waits for the body of the reply, until the deadline set when the request was started.
    pub(crate) async fn reply(self) -> Result<Bytes, CallError> {
        let session = &self.guard.session;
        let count = &session.shared.context.count;
        let response = match timeout_at(self.deadline, self.answer).await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => {
                return Err(CallError::Disconnected {
                    sent: !self.write_state.abandon(),
                });
            }
            Err(_) if self.write_state.abandon() => return Err(CallError::Busy),
            Err(_) => {
                count.timed_out(&self.command);
                return Err(CallError::TimedOut);
            }
        };
        if response.code != 0 {
            if self.header == Header::Session && EXPIRED.contains(&response.code) {
                session.finish(End::Expired(response.extra.clone()));
                return Err(CallError::Expired(response.extra));
            }
            return Err(Refusal::new(response.code.into(), response.extra).into());
        }
        Ok(response.body)
    }
}

/// Removes the request from the pending table on drop.
struct PendingGuard {
    session: Session,
    sequence: i32,
}

impl Drop for PendingGuard {
    fn drop(&mut self) {
        lock(&self.session.shared.pending).remove(&self.sequence);
    }
}

/// Calls `C` with the shorter timeout `limit` in place of the usual one.
pub(crate) async fn call_within<C: Command>(
    session: &Session,
    request: &C::Request,
    limit: Duration,
) -> Result<C::Reply, CallError> {
    timeout(limit, session.call::<C>(request))
        .await
        .unwrap_or(Err(CallError::TimedOut))
}
