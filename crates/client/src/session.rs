//! Calls over one connection: requests out, replies matched by sequence, deadlines, both heartbeats. protocol/01 §1.7
//! to protocol/01 §1.10, protocol/01 §4.3.

use std::{
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
    time::{Instant, MissedTickBehavior, interval_at, timeout, timeout_at},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::Timings,
    connection::{self, Outgoing, WAITING_FRAMES, WriteState},
    counters::Count,
    error::CallError,
    events::intake::Intake,
    keystore::Account,
    sign::{SignProvider, SignRequest},
};

/// How many requests may wait for an answer. More than anybody pipelines; beyond it calls fail at once.
const IN_FLIGHT: usize = 4_096;
/// After so many frames in a row that do not decode the connection is given up (protocol/01 §4.5).
const MALFORMED_IN_A_ROW: u32 = 3;
/// After so many heartbeats in a row without an answer the connection is given up.
const SILENT_HEARTBEATS: u32 = 3;
/// The return codes that say the session is over (protocol/01 §1.9).
const EXPIRED: [i32; 3] = [-10_001, -10_003, -10_008];

/// Why a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// The connection broke.
    Lost {
        why: String,
        /// It was the other side that closed it.
        closed: bool,
    },
    /// The server says the tickets are no longer good.
    Expired(String),
    /// The server ended it: do not come back by yourself.
    Kicked { title: String, text: String },
    /// We ended it.
    Closed,
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
            // A server that closes before it has read everything is seen as a reset.
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

/// What a session says in each request's head.
#[derive(Clone, Default)]
struct Identity {
    uin: Option<Uin>,
    uid: Option<Uid>,
    d2: Bytes,
    d2_key: Option<Key>,
    tgt: Bytes,
}

/// What all sessions of a client share.
#[derive(Clone)]
pub(crate) struct SessionContext {
    pub(crate) profile: Profile,
    pub(crate) guid: Guid,
    pub(crate) sign: Option<Arc<dyn SignProvider>>,
    pub(crate) timings: Timings,
    pub(crate) count: Arc<Count>,
}

/// One connection, and the requests that wait on it. Cheap to clone; nobody who holds one keeps it open.
#[derive(Clone)]
pub(crate) struct Session {
    shared: Arc<Shared>,
}

struct Shared {
    context: SessionContext,
    identity: Mutex<Identity>,
    next: AtomicU32,
    waiting: Mutex<HashMap<i32, Expected>>,
    queue: mpsc::Sender<Outgoing>,
    end: OnceLock<End>,
    closed: CancellationToken,
}

struct Expected {
    command: &'static str,
    answer: oneshot::Sender<Response>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    /// Starts reading and writing. Pushes go to `intake`. The tasks are `tasks`'s to join; they end with the session.
    pub(crate) fn start(
        stream: TcpStream,
        context: SessionContext,
        intake: Intake,
        tasks: &TaskTracker,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING_FRAMES);
        let session = Self {
            shared: Arc::new(Shared {
                context,
                identity: Mutex::default(),
                next: AtomicU32::new(rand::random_range(5_000_000..9_900_000)),
                waiting: Mutex::default(),
                queue,
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
                result = connection::read(from, |frame| reader.received(&frame, &intake, &mut malformed)) => {
                    if let Err(error) = result {
                        reader.finish(End::broken(&error));
                    }
                }
            }
        });
        session
    }

    /// Uses these tickets from now on.
    pub(crate) fn identify(&self, account: &Account) {
        *lock(&self.shared.identity) = Identity {
            uin: Some(account.uin),
            uid: Some(account.uid),
            d2: Bytes::copy_from_slice(&account.d2),
            d2_key: Some(account.d2_key),
            tgt: Bytes::copy_from_slice(&account.tgt),
        };
    }

    /// Forgets the tickets; only log-in commands work then.
    pub(crate) fn anonymous(&self) {
        *lock(&self.shared.identity) = Identity::default();
    }

    /// Ends it. The first reason stays. Every waiting call fails.
    pub(crate) fn finish(&self, why: End) {
        if self.shared.end.set(why).is_ok() {
            self.shared.closed.cancel();
            lock(&self.shared.waiting).clear();
        }
    }

    /// Why it ended, if it has.
    pub(crate) fn end(&self) -> Option<&End> {
        self.shared.end.get()
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&self) -> End {
        self.shared.closed.cancelled().await;
        self.end().cloned().unwrap_or(End::Closed)
    }

    /// Asks and waits for the reply.
    pub(crate) async fn call<C: Command>(
        &self,
        request: &C::Request,
    ) -> Result<C::Reply, CallError> {
        self.ask::<C>(request).await?.reply().await
    }

    /// Asks: resolves when the frame is queued for the socket. Frames go out in the order in which they are queued.
    pub(crate) async fn ask<C: Command>(
        &self,
        request: &C::Request,
    ) -> Result<Waiting<C>, CallError> {
        let shared = &self.shared;
        let deadline = Instant::now() + shared.context.timings.reply;
        let payload = Bytes::from(C::encode_request(request));
        let sequence = self.sequence();
        let signature = match &shared.context.sign {
            Some(provider) if provider.wants(C::NAME) => Some(
                timeout_at(
                    deadline,
                    self.signature(provider.as_ref(), C::NAME, sequence, &payload),
                )
                .await
                .map_err(|_| CallError::Sign("no answer in time".to_owned()))??,
            ),
            _ => None,
        };
        let frame = self.frame::<C>(sequence, payload, signature)?;

        let permit = tokio::select! {
            permit = timeout_at(deadline, shared.queue.reserve()) => {
                permit.map_err(|_| CallError::Busy)?
            }
            () = shared.closed.cancelled() => return Err(CallError::Disconnected { sent: false }),
        };
        let permit = permit.map_err(|_| CallError::Disconnected { sent: false })?;
        let (sender, answer) = oneshot::channel();
        {
            let mut waiting = lock(&shared.waiting);
            // Under the lock, so that whoever ends the session either finds this entry or is seen here.
            if shared.end.get().is_some() {
                return Err(CallError::Disconnected { sent: false });
            }
            if waiting.len() >= IN_FLIGHT {
                return Err(CallError::Busy);
            }
            waiting.insert(
                sequence,
                Expected {
                    command: C::NAME,
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
        Ok(Waiting {
            answer,
            deadline,
            write_state,
            entry: Entry {
                session: self.clone(),
                sequence,
            },
            command: PhantomData,
        })
    }

    /// Keeps the connection alive, from its beginning to its end.
    pub(crate) async fn keep_alive(&self) {
        self.beat::<Alive>(self.shared.context.timings.alive, &())
            .await;
    }

    /// Keeps the session alive, from the registration to its end.
    pub(crate) async fn keep_online(&self) {
        let request = HeartBeatRequest::new();
        self.beat::<SsoHeartBeat>(self.shared.context.timings.heartbeat, &request)
            .await;
    }

    /// Ends the session when the server falls silent.
    async fn beat<C: Command>(&self, period: Duration, request: &C::Request) {
        let mut ticks = interval_at(Instant::now() + period, period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut silent = 0;
        loop {
            tokio::select! {
                () = self.shared.closed.cancelled() => return,
                _ = ticks.tick() => {}
            }
            // A refusal is an answer too; one that ends the session has ended it already.
            silent = match self.call::<C>(request).await {
                Err(CallError::TimedOut | CallError::Busy) => silent + 1,
                _ => 0,
            };
            if silent >= SILENT_HEARTBEATS {
                self.finish(End::lost("the server answers no heartbeat"));
            }
        }
    }

    fn sequence(&self) -> i32 {
        // Positive and far from wrapping: an i32 that has counted up for ever starts again at 1.
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

    fn frame<C: Command>(
        &self,
        sequence: i32,
        payload: Bytes,
        signature: Option<frame::Signature>,
    ) -> Result<Bytes, CallError> {
        let context = &self.shared.context;
        let identity = lock(&self.shared.identity).clone();
        if C::HEADER == Header::Session && identity.d2_key.is_none() {
            return Err(CallError::Offline);
        }
        let request = Request {
            sequence,
            command: C::NAME.to_owned(),
            uin: identity.uin,
            protocol: C::HEADER.into(),
            encryption: Encryption::of(C::HEADER, &identity.d2),
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

    /// What the reader does with a frame. It never waits.
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
                if *malformed >= MALFORMED_IN_A_ROW {
                    self.finish(End::lost(format!("frames that do not decode: {error}")));
                }
                return;
            }
        };
        *malformed = 0;
        self.shared.context.count.frames_received.add(1);
        let expected = {
            let mut waiting = lock(&self.shared.waiting);
            match waiting.get(&response.sequence) {
                Some(expected) if expected.command == response.command => {
                    waiting.remove(&response.sequence)
                }
                _ => None,
            }
        };
        match expected {
            // Nobody may be listening any more: the call was given up.
            Some(expected) => drop(expected.answer.send(response)),
            // Meant for somebody else: other clients drop such pushes too (protocol/01 §1.3).
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

/// A request that was queued, and whose reply has not been read yet.
pub(crate) struct Waiting<C> {
    answer: oneshot::Receiver<Response>,
    deadline: Instant,
    write_state: WriteState,
    entry: Entry,
    command: PhantomData<fn() -> C>,
}

impl<C: Command> Waiting<C> {
    /// Waits for the reply, until the deadline that the request had from the start.
    pub(crate) async fn reply(self) -> Result<C::Reply, CallError> {
        let session = &self.entry.session;
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
                count.timed_out(C::NAME);
                return Err(CallError::TimedOut);
            }
        };
        if response.code != 0 {
            if C::HEADER == Header::Session && EXPIRED.contains(&response.code) {
                session.finish(End::Expired(response.extra.clone()));
            }
            return Err(Refusal::new(response.code.into(), response.extra).into());
        }
        C::decode_reply(&response.body).map_err(|error| {
            let error = CallError::from(error);
            if let CallError::Malformed(why) = &error {
                count.malformed_reply(C::NAME, why);
            }
            error
        })
    }
}

/// Takes the request out of the table of waiting ones, however the wait ends.
struct Entry {
    session: Session,
    sequence: i32,
}

impl Drop for Entry {
    fn drop(&mut self) {
        lock(&self.session.shared.waiting).remove(&self.sequence);
    }
}

/// Waits at most `patience` for `C`'s answer: for what is not worth the usual wait.
pub(crate) async fn call_within<C: Command>(
    session: &Session,
    request: &C::Request,
    patience: Duration,
) -> Result<C::Reply, CallError> {
    timeout(patience, session.call::<C>(request))
        .await
        .unwrap_or(Err(CallError::TimedOut))
}
