//! The bot: actions and events of one account. The gateway calls it and reads its events.

use std::{
    collections::BTreeSet,
    future::Future,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    task::{Poll, Waker},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};
use nekonap_archive::Archive;
use nekonap_client::{Client, Events, Ticket, Tickets};
use nekonap_ids::{Conversation, Uin};
use nekonap_onebot::{Answer, Call, Code, Form};
use serde::{Deserialize as _, Serialize};
use serde_json::Value;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    actions::{Actions, Answers, Running, Suffix},
    calls::{ActionCalls, CallCounts},
    config::{Config, Profile},
    echoes::Echoes,
    error::Failure,
    events, journal,
    log::{Cursor, Log, Want},
    media::{self, Files, Received},
    openapi,
    pacing::Pacing,
    polling::Polling,
    reload::ConfigReload,
    restart::{self, Restart},
    vitals::{Readiness, Stat, Status, Vitals},
};

/// How long shutdown waits for the bot's tasks.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// One account, as bot frameworks use it. Cheap to clone; all clones are the same bot.
#[derive(Clone)]
pub struct Bot(Arc<Inner>);

struct Inner {
    account: Uin,
    client: Client,
    archive: Archive,
    /// [`Bot::configure`] replaces it.
    config: RwLock<Arc<Config>>,
    actions: Actions,
    openapi: OnceLock<Value>,
    log: Log,
    /// Keeps the order of calls that send messages. A call draws its ticket at its first poll and holds it until its
    /// message is queued for the socket.
    tickets: Tickets,
    /// Keeps the events of sent messages in the order in which the messages were queued. Separate from `tickets`, because
    /// an event waits for the server's answer, while the next send does not wait.
    reports: Tickets,
    vitals: Vitals,
    lapses: journal::Lapses,
    /// Whether the account was online since the start or since it was logged out.
    logged_in: AtomicBool,
    calls: CallCounts,
    polling: Polling,
    media: Received,
    files: Files,
    pokes: events::Pokes,
    echoes: Echoes,
    started: u64,
    /// Paces the messages to each conversation.
    pacing: Pacing,
    /// Earliest start of the next `_rate_limited` job. Jobs wait for the lock, which is granted first in, first out.
    pace: tokio::sync::Mutex<Option<Instant>>,
    restart: Restart,
    /// Unset in a process without a configuration file.
    reload: OnceLock<ConfigReload>,
    /// Cancelled by `bot_exit`.
    exit: CancellationToken,
    closing: CancellationToken,
    tasks: TaskTracker,
}

/// The caller of an action, and the settings of its connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caller {
    /// Format of messages in answers (api/transports §7.1).
    pub form: Form,
    /// Whether the caller is on this machine. Only then may a path in `file` be outside the data directory.
    pub loopback: bool,
}

/// Outcome of [`Bot::call`].
pub enum Called {
    /// The action has finished.
    Now(Answer),
    /// The action has started and has not finished. Poll this in a task of its own; dropping it cancels the action.
    Later(Pin<Box<dyn Future<Output = Answer> + Send>>),
    /// The action answers with several frames, of which the last is its result (api/transports §10). It runs only while the stream is
    /// polled, one frame at a time, so that a slow reader slows it down; dropping the stream cancels it.
    Frames(Frames),
}

/// The frames of an action, at least one.
pub type Frames = Pin<Box<dyn Stream<Item = Answer> + Send>>;

impl Called {
    /// Waits for the answer; the last one if there are several.
    pub async fn answer(self) -> Answer {
        match self {
            Self::Now(answer) => answer,
            Self::Later(rest) => rest.await,
            Self::Frames(frames) => {
                let last = frames.fold(None, async |_, frame| Some(frame)).await;
                last.unwrap_or_else(Answer::done)
            }
        }
    }
}

impl Bot {
    /// Starts the bot of an account that has logged in. It reads and records the client's events from now on.
    ///
    /// The returned channel carries events of the login (QR codes after a lost session, log-outs). It holds 16 events;
    /// while it is full, new events are dropped.
    pub fn start(
        account: Uin,
        client: Client,
        events: Events,
        archive: Archive,
        config: Config,
    ) -> (Self, mpsc::Receiver<nekonap_client::Event>) {
        let log = Log::new(archive.next_position());
        let actions = Actions::all();
        let bot = Self(Arc::new(Inner {
            account,
            client,
            archive,
            pacing: Pacing::default(),
            files: Files::new(&config.media),
            config: RwLock::new(Arc::new(config)),
            calls: CallCounts::new(actions.own_names()),
            actions,
            openapi: OnceLock::new(),
            log,
            tickets: Tickets::default(),
            reports: Tickets::default(),
            vitals: Vitals::default(),
            lapses: journal::Lapses::default(),
            logged_in: AtomicBool::new(false),
            polling: Polling::default(),
            media: Received::default(),
            pokes: events::Pokes::default(),
            echoes: Echoes::default(),
            started: now(),
            pace: tokio::sync::Mutex::new(None),
            restart: Restart::default(),
            reload: OnceLock::new(),
            exit: CancellationToken::new(),
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }));
        let (login_events, receiver) = mpsc::channel(16);
        bot.0
            .tasks
            .spawn(events::run(bot.clone(), events, login_events));
        bot.0.tasks.spawn(journal::run(bot.clone()));
        bot.0.tasks.spawn(restart::run(bot.clone()));
        bot.0.tasks.spawn(media::sweep(bot.clone()));
        (bot, receiver)
    }

    /// QQ number of the account.
    pub fn self_id(&self) -> Uin {
        self.0.account
    }

    /// Replaces the settings. They apply to calls and events from now on.
    pub fn configure(&self, config: Config) {
        let mut current = self
            .0
            .config
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(config);
    }

    /// Lets `reload_event_filter` have the configuration read again. Only the first call has an effect.
    pub fn set_reload(&self, reload: ConfigReload) {
        let _ = self.0.reload.set(reload);
    }

    /// Runs a call. The action is polled once before this returns, so that calls of one connection keep their order,
    /// and an action that does not have to wait is answered immediately. Must be called within a tokio runtime.
    pub fn call(&self, call: Call, from: Caller) -> Called {
        let Call {
            action,
            params,
            echo,
            encoding,
        } = call;
        let begun = Instant::now();
        let index = self.0.actions.index(&action);
        let answers = index.map_or(Answers::Once, |index| self.0.actions.answers(index));
        let refused = |failure: Failure| {
            let answer = self.answered(index, begun, failure.into());
            Called::Now(streaming(answer, answers).echoing(echo.clone()))
        };
        if self.0.closing.is_cancelled() {
            return refused(Failure::new(Code::Offline, "the bot is shutting down"));
        }
        let profile = params
            .get("_profile")
            .and_then(|profile| Profile::deserialize(profile).ok())
            .unwrap_or(self.config().response_profile);
        let (frames, queued) = mpsc::channel(1);
        let cx = Context {
            bot: self.clone(),
            caller: from,
            profile,
            left_out: Arc::default(),
            frames: (answers == Answers::Frames).then_some(frames),
        };
        let Some((suffix, prepared)) = self.0.actions.prepare(&action, params, encoding) else {
            let text = format!("there is no action `{action}`");
            return refused(Failure::new(Code::ApiNotFound, text));
        };
        let running = match prepared.and_then(|prepared| prepared.start(cx)) {
            Ok(running) => running,
            Err(failure) => return refused(failure),
        };
        let mut rest = match suffix {
            Suffix::None | Suffix::Async => {
                self.clone()
                    .finish(action, (index, answers, begun), running)
            }
            Suffix::RateLimited => {
                let bot = self.clone();
                let paced: Running = Box::pin(async move {
                    bot.turn().await;
                    running.await
                });
                self.clone().finish(action, (index, answers, begun), paced)
            }
        };
        let runs_alone = suffix == Suffix::Async && self.config().standard_async;
        if answers == Answers::Frames {
            let frames = one_after_another(rest, queued, echo.clone());
            if runs_alone {
                self.0.tasks.spawn(frames.for_each(async |_| {}));
                return Called::Now(Answer::accepted().echoing(echo));
            }
            return Called::Frames(Box::pin(frames));
        }
        let first = rest
            .as_mut()
            .poll(&mut std::task::Context::from_waker(Waker::noop()));
        if runs_alone {
            if first.is_pending() {
                self.0.tasks.spawn(rest);
            }
            return Called::Now(Answer::accepted().echoing(echo));
        }
        match first {
            Poll::Ready(answer) => Called::Now(answer.echoing(echo)),
            Poll::Pending => Called::Later(Box::pin(async move { rest.await.echoing(echo) })),
        }
    }

    /// Runs an action until it has an answer. If it panics, the answer is `INTERNAL`.
    fn finish(
        self,
        name: String,
        (index, answers, begun): (Option<usize>, Answers, Instant),
        running: Running,
    ) -> Pin<Box<dyn Future<Output = Answer> + Send>> {
        Box::pin(async move {
            let answer = match AssertUnwindSafe(running).catch_unwind().await {
                Ok(Ok(answer)) => answer,
                Ok(Err(failure)) => failure.into(),
                Err(_) => {
                    tracing::error!(action = name, "an action panicked");
                    Failure::internal(format!("`{name}` failed: this is a bug in Nekonap")).into()
                }
            };
            streaming(self.answered(index, begun, answer), answers)
        })
    }

    /// Counts an answer.
    fn answered(&self, action: Option<usize>, begun: Instant, answer: Answer) -> Answer {
        self.0.calls.add(action, answer.code, begun.elapsed());
        answer
    }

    /// Results and durations of the calls of each action that was called.
    pub fn calls(&self) -> Vec<ActionCalls> {
        self.0.calls.read()
    }

    /// Waits until the next `_rate_limited` job may start.
    async fn turn(&self) {
        let mut next = self.0.pace.lock().await;
        if let Some(next) = *next {
            tokio::time::sleep_until(next).await;
        }
        *next = Some(Instant::now() + self.config().rate_limit());
    }

    /// The OpenAPI 3.1 document of all actions, generated by the first call.
    pub fn openapi(&self) -> &Value {
        self.0
            .openapi
            .get_or_init(|| openapi::document(&self.0.actions, env!("CARGO_PKG_VERSION")))
    }

    /// State of the bot: the answer of `get_status`, and `status` of a heartbeat.
    pub fn status(&self) -> Status {
        let counters = self.0.client.counters();
        let vitals = &self.0.vitals;
        let online = self.0.client.online();
        Status {
            online,
            good: online && self.0.archive.healthy(),
            stat: Stat {
                packet_received: counters.frames_received,
                packet_sent: counters.frames_sent,
                packet_lost: counters.timeouts,
                message_received: vitals.messages_received.get(),
                message_sent: vitals.messages_sent.get(),
                disconnect_times: vitals.disconnects.get(),
                lost_times: vitals.events_lost.get() + vitals.events_dropped.get(),
                lost_by_connection: vitals.lost_by_connection(),
                last_message_time: vitals.last_message_time.get(),
                startup_time: self.0.started,
            },
            app_initialized: true,
            app_enabled: true,
            app_good: true,
            plugins_good: true,
        }
    }

    /// The counters. The gateway adds the number of events that it lost.
    pub fn vitals(&self) -> &Vitals {
        &self.0.vitals
    }

    /// Whether the bot can work: the content of `/readyz`.
    pub fn ready(&self) -> Readiness {
        let online = self.0.client.online();
        let archive = self.0.archive.healthy();
        Readiness {
            ready: online && archive,
            online,
            archive,
        }
    }

    /// A cursor at the end of the event log: it reads the events from now on.
    pub fn cursor(&self, want: Want) -> Cursor {
        self.0.log.cursor(want)
    }

    /// Waits until `bot_exit` is called: the owner then shuts down the account (api/actions §3.16). Cancel safe.
    pub async fn exit_requested(&self) {
        self.0.exit.cancelled().await;
    }

    /// Rejects new calls, waits up to 5 s for running ones, and ends the event log. Afterwards the owner shuts down the
    /// client, then the archive.
    pub async fn shutdown(&self) {
        self.0.closing.cancel();
        self.0.tasks.close();
        if tokio::time::timeout(SHUTDOWN_TIMEOUT, self.0.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("the bot's tasks did not end in time; shutdown continues without them");
        }
        self.0.log.close();
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    pub(crate) fn archive(&self) -> &Archive {
        &self.0.archive
    }

    /// The settings now; they may be replaced at any time.
    pub(crate) fn config(&self) -> Arc<Config> {
        let config = self.0.config.read();
        Arc::clone(&config.unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn lapses(&self) -> &journal::Lapses {
        &self.0.lapses
    }

    pub(crate) fn polling(&self) -> &Polling {
        &self.0.polling
    }

    /// Start of the bot, Unix seconds.
    pub(crate) fn started(&self) -> u64 {
        self.0.started
    }

    /// Own group messages that actions wait for.
    pub(crate) fn echoes(&self) -> &Echoes {
        &self.0.echoes
    }

    /// Media that were received recently.
    pub(crate) fn media(&self) -> &Received {
        &self.0.media
    }

    /// The media folder.
    pub(crate) fn files(&self) -> &Files {
        &self.0.files
    }

    /// Pokes that were received recently.
    pub(crate) fn pokes(&self) -> &events::Pokes {
        &self.0.pokes
    }

    pub(crate) fn log(&self) -> &Log {
        &self.0.log
    }

    /// Notes that the account came online or was logged out; returns the previous state.
    pub(crate) fn set_logged_in(&self, logged_in: bool) -> bool {
        self.0.logged_in.swap(logged_in, Ordering::AcqRel)
    }

    pub(crate) fn reload(&self) -> Option<&ConfigReload> {
        self.0.reload.get()
    }

    pub(crate) fn restart(&self) -> &Restart {
        &self.0.restart
    }

    /// Asks the owner to shut down the account.
    pub(crate) fn request_exit(&self) {
        self.0.exit.cancel();
    }

    pub(crate) fn closing(&self) -> &CancellationToken {
        &self.0.closing
    }

    /// Runs a task that [`Bot::shutdown`] waits for.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.tasks.spawn(task);
    }
}

/// Marks the answer of a stream action.
fn streaming(answer: Answer, answers: Answers) -> Answer {
    match answers {
        Answers::Once => answer,
        Answers::Part | Answers::Frames => answer.streaming(),
    }
}

/// The frames that an action queues while it runs, then its result.
fn one_after_another(
    running: Pin<Box<dyn Future<Output = Answer> + Send>>,
    queued: mpsc::Receiver<Answer>,
    echo: Option<Box<serde_json::value::RawValue>>,
) -> impl Stream<Item = Answer> + Send {
    enum State {
        Running(
            Pin<Box<dyn Future<Output = Answer> + Send>>,
            mpsc::Receiver<Answer>,
        ),
        /// The action has ended; a frame may still be queued.
        Ended(mpsc::Receiver<Answer>, Answer),
        Done,
    }
    let frames = stream::unfold(State::Running(running, queued), async |state| {
        let (queued, result) = match state {
            State::Running(mut running, mut queued) => tokio::select! {
                biased;
                Some(frame) = queued.recv() => return Some((frame, State::Running(running, queued))),
                result = &mut running => (queued, result),
            },
            State::Ended(queued, result) => (queued, result),
            State::Done => return None,
        };
        let mut queued = queued;
        Some(match queued.try_recv() {
            Ok(frame) => (frame, State::Ended(queued, result)),
            Err(_) => (result, State::Done),
        })
    });
    frames.map(move |frame| frame.echoing(echo.clone()))
}

impl std::fmt::Debug for Bot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Bot").field(&self.0.account).finish()
    }
}

/// Everything that an action needs to run: the bot, the caller, and the settings of this call. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    bot: Bot,
    caller: Caller,
    profile: Profile,
    /// Types of the segments that were left out of the call's messages because they cannot be sent.
    left_out: Arc<Mutex<BTreeSet<String>>>,
    /// Where an action that answers with several frames puts those before its result.
    frames: Option<mpsc::Sender<Answer>>,
}

/// The most segment types that the warning about left-out segments names, and the most characters of each name.
const NAMED_TYPES: usize = 16;
const TYPE_NAME_CHARACTERS: usize = 64;

impl Context {
    /// A context for tests.
    #[cfg(test)]
    pub(crate) fn of(bot: Bot) -> Self {
        Self::of_caller(bot, Caller::default())
    }

    /// A context of a caller, for tests.
    #[cfg(test)]
    pub(crate) fn of_caller(bot: Bot, caller: Caller) -> Self {
        Self {
            bot,
            caller,
            profile: Profile::NapcatV4,
            left_out: Arc::default(),
            frames: None,
        }
    }

    /// Answers with a frame that is not the last. Waits until the frame before it was taken.
    pub(crate) async fn frame<T: Serialize>(&self, data: &T) {
        if let Some(frames) = &self.frames {
            // Without a receiver the action is being cancelled.
            let _ = frames.send(Answer::ok(data).streaming()).await;
        }
    }

    pub(crate) fn bot(&self) -> &Bot {
        &self.bot
    }

    /// QQ number of the account.
    pub(crate) fn self_id(&self) -> Uin {
        self.bot.0.account
    }

    pub(crate) fn client(&self) -> &Client {
        &self.bot.0.client
    }

    pub(crate) fn archive(&self) -> &Archive {
        &self.bot.0.archive
    }

    /// Notes that a segment of this type is left out of a message because it cannot be sent.
    pub(crate) fn leave_out(&self, kind: &str) {
        tracing::warn!(
            kind,
            "a segment of an unknown type is left out of the message"
        );
        let mut left_out = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        if left_out.len() < NAMED_TYPES {
            left_out.insert(kind.chars().take(TYPE_NAME_CHARACTERS).collect());
        }
    }

    /// A sentence that names the segment types that were left out; empty if there are none.
    pub(crate) fn left_out(&self) -> String {
        let left_out = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        if left_out.is_empty() {
            return String::new();
        }
        let names: Vec<String> = left_out.iter().map(|kind| format!("`{kind}`")).collect();
        format!(
            "segments that cannot be sent were left out: {}",
            names.join(", ")
        )
    }

    pub(crate) fn caller(&self) -> Caller {
        self.caller
    }

    /// Format of messages that the caller wants.
    pub(crate) fn form(&self) -> Form {
        self.caller.form
    }

    /// Which of two reply formats the caller wants (api/actions §1.7).
    pub(crate) fn profile(&self) -> Profile {
        self.profile
    }

    /// Draws a conversation's next ticket for sending. Call this before the first await, so that calls keep their order.
    pub(crate) fn ticket(&self, conversation: Conversation) -> Ticket {
        self.bot.0.tickets.draw(conversation)
    }

    /// Waits until the next message to the conversation may be sent.
    pub(crate) async fn paced(&self, conversation: Conversation) {
        let interval = self.bot.config().send_interval();
        self.bot.0.pacing.turn(conversation, interval).await;
    }

    /// Draws a conversation's next ticket for reporting a sent message. Call this when the message is queued.
    pub(crate) fn report(&self, conversation: Conversation) -> Ticket {
        self.bot.0.reports.draw(conversation)
    }

    /// Every name and alias that can be called.
    pub(crate) fn action_names(&self) -> Vec<&'static str> {
        self.bot.0.actions.names()
    }
}

/// The present time, Unix seconds.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |passed| passed.as_secs())
}
