//! The client handle, and the state that all of its tasks share.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use nekonap_ids::Uin;
use nekonap_wire::login::Device;
use tokio::{
    sync::{Notify, mpsc, watch},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    cache::{Cache, fill},
    config::Config,
    counters::{Count, Counters},
    credentials::KeptCookies,
    error::{CallError, StartError},
    events::{
        Event, Events,
        intake::{Intake, intake},
        resolve::{Hint, Resolver},
    },
    history::pace::Pace,
    keystore::{Account, Keys, Keystore},
    login::{Me, now},
    media::{KeptHighway, KeptLinks, KeptRkeys, VoiceTexts},
    online::{self, OnlineTask},
    profile::{SetStatuses, devices::KnownDevices},
    session::{Session, SessionContext},
    tickets::Tickets,
    web::Web,
};

/// Capacity of the queue of session events.
const SESSION_EVENT_QUEUE: usize = 64;
/// Capacity of the queue of all other events. While it is full, pushes wait in the push queue.
const EVENT_QUEUE: usize = 1_024;

/// A QQ client. Cheap to clone; all clones share one client, which runs until [`shutdown`](Self::shutdown) or until the
/// last clone is dropped.
///
/// Methods that call the server fail at once with [`CallError::Offline`] when there is no session. Otherwise each round
/// trip ends with a reply or an error within [`Timings::reply`](crate::Timings::reply).
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
    /// `None` in the handles of the client's own tasks, so that they do not keep it alive.
    _cancel: Option<Arc<CancelOnDrop>>,
}

/// Cancels the client's tasks when the last handle is dropped.
struct CancelOnDrop(CancellationToken);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// The registered session, if there is one.
#[derive(Clone, Default)]
pub(crate) enum Presence {
    #[default]
    Offline,
    Online {
        session: Session,
        me: Me,
    },
}

/// State that all tasks of a client share.
pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) context: SessionContext,
    store: Keystore,
    keys: Mutex<Keys>,
    pub(crate) presence: watch::Sender<Presence>,
    pub(crate) cache: Cache,
    /// Keeps sends of one conversation in order.
    pub(crate) sends: Tickets,
    pub(crate) web: Web,
    pub(crate) statuses: SetStatuses,
    pub(crate) devices: KnownDevices,
    pub(crate) cookies: KeptCookies,
    pub(crate) highway: KeptHighway,
    pub(crate) rkeys: KeptRkeys,
    pub(crate) links: KeptLinks,
    pub(crate) voice_texts: VoiceTexts,
    pub(crate) pace: Pace,
    intake: Intake,
    pub(crate) count: Arc<Count>,
    pub(crate) tasks: TaskTracker,
    pub(crate) closing: CancellationToken,
    /// Tells the resolver that a private message was sent.
    pub(crate) hints: mpsc::Sender<Hint>,
    /// Tells the resolver that the client came online.
    pub(crate) returned: Notify,
    /// Ends the wait before the next attempt to connect.
    pub(crate) retry: Notify,
    /// Time when the client was started, Unix seconds.
    pub(crate) started: u64,
    /// Time when the client last went offline, Unix seconds; 0 before the first time.
    left: AtomicU64,
    /// Number of connections so far.
    connections: AtomicU64,
    /// Number of the connection that came online last; 0 before the first.
    online_connection: AtomicU64,
}

impl Inner {
    /// The current session.
    pub(crate) fn session(&self) -> Result<Session, CallError> {
        match &*self.presence.borrow() {
            Presence::Online { session, .. } => Ok(session.clone()),
            Presence::Offline => Err(CallError::Offline),
        }
    }

    pub(crate) fn me(&self) -> Option<Me> {
        match &*self.presence.borrow() {
            Presence::Online { me, .. } => Some(me.clone()),
            Presence::Offline => self.account().map(|account| Me::from(&account)),
        }
    }

    /// The own account, online or not.
    pub(crate) fn myself(&self) -> Result<Me, CallError> {
        self.me().ok_or(CallError::Offline)
    }

    pub(crate) fn account(&self) -> Option<Account> {
        self.keys().account.clone()
    }

    pub(crate) fn device(&self) -> Device {
        let keys = self.keys();
        Device {
            guid: keys.guid,
            name: keys.device_name.clone(),
            os_version: String::new(),
        }
    }

    /// If `uin` is the own account, updates the nickname in [`me`](Self::me). The keystore gets it with the next log-in.
    pub(crate) fn keep_own_name(&self, uin: Uin, nickname: &str) {
        let other = |known: &str| !nickname.is_empty() && known != nickname;
        if !self
            .me()
            .is_some_and(|me| me.uin == uin && other(&me.nickname))
        {
            return;
        }
        self.presence.send_if_modified(|presence| {
            if let Presence::Online { me, .. } = presence
                && me.uin == uin
            {
                nickname.clone_into(&mut me.nickname);
            }
            // Waiters wait for a session, not for a nickname.
            false
        });
        if let Some(account) = &mut self.keys().account
            && account.uin == uin
        {
            nickname.clone_into(&mut account.nickname);
        }
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the stored account, in memory and in the keystore.
    pub(crate) async fn keep(&self, account: Option<Account>) {
        let keys = {
            let mut keys = self.keys();
            keys.account = account;
            keys.clone()
        };
        let store = self.store.clone();
        let saved = tokio::task::spawn_blocking(move || store.save(&keys)).await;
        match saved {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(%error, "the session cannot be saved: a restart will need a log-in");
            }
            Err(error) => tracing::error!(%error, "the session cannot be saved"),
        }
    }

    pub(crate) fn went_online(&self, session: Session, me: Me) {
        self.cache.begin(&me);
        // There is one connection at a time.
        let connection = self.connections.load(Ordering::Acquire);
        self.online_connection.store(connection, Ordering::Release);
        self.presence.send_replace(Presence::Online { session, me });
        self.returned.notify_one();
    }

    pub(crate) fn went_offline(&self) {
        if let Presence::Online { .. } = self.presence.send_replace(Presence::Offline) {
            self.left.store(now(), Ordering::Release);
        }
    }

    /// Makes a call that may safely be repeated; if the connection is lost, again when the client is online with the same
    /// account.
    ///
    /// # Errors
    /// Those of the call. [`CallError::Offline`] if the account has changed.
    pub(crate) async fn when_online<T, Call>(&self, call: impl Fn() -> Call) -> Result<T, CallError>
    where
        Call: Future<Output = Result<T, CallError>>,
    {
        let account = self.me().map(|me| me.uin);
        loop {
            let mut presence = self.presence.subscribe();
            match call().await {
                Err(CallError::Offline) => {}
                // The session of this call has ended.
                Err(CallError::Disconnected { .. }) if presence.changed().await.is_ok() => {}
                done => return done,
            }
            let online = presence.wait_for(|now| matches!(now, Presence::Online { .. }));
            if online.await.is_err() || account.is_some_and(|account| !self.is(account)) {
                return Err(CallError::Offline);
            }
        }
    }

    fn is(&self, account: Uin) -> bool {
        self.me().is_some_and(|me| me.uin == account)
    }

    /// The push queue for a new connection.
    pub(crate) fn next_intake(&self) -> Intake {
        let connection = self.connections.fetch_add(1, Ordering::AcqRel) + 1;
        self.intake.of(connection)
    }

    /// Number of the connection that came online last; 0 before the first.
    pub(crate) fn online_connection(&self) -> u64 {
        self.online_connection.load(Ordering::Acquire)
    }

    /// Time when the client last went offline, Unix seconds. `None` before the first time.
    pub(crate) fn left(&self) -> Option<u64> {
        Some(self.left.load(Ordering::Acquire)).filter(|left| *left > 0)
    }
}

impl Client {
    /// Starts a client, which then connects, logs in and stays online by itself. Read the returned [`Events`]
    /// continuously. Must be called on a tokio runtime.
    ///
    /// # Errors
    /// The configuration is invalid, or the keystore can be neither read nor moved aside.
    pub fn start(config: Config) -> Result<(Self, Events), StartError> {
        config.check()?;
        let opened = Keystore::open(config.keystore.clone())?;
        let count = Arc::<Count>::default();
        let (intake, queued, overflow) = intake(count.clone());
        let (session_sender, state) = mpsc::channel(SESSION_EVENT_QUEUE);
        let (event_sender, happened) = mpsc::channel(EVENT_QUEUE);
        let (hints, sent_hints) = mpsc::channel(EVENT_QUEUE);
        if let Some((path, why)) = opened.set_aside {
            tracing::warn!(path = %path.display(), why, "the keystore cannot be used: moved aside");
            let _ = session_sender.try_send(Event::KeystoreSetAside { path, why });
        }
        let closing = CancellationToken::new();
        let inner = Arc::new(Inner {
            context: SessionContext {
                profile: config.profile.clone(),
                guid: opened.keys.guid,
                sign: config.sign.clone(),
                timings: config.timings.clone(),
                count: count.clone(),
            },
            store: opened.store,
            keys: Mutex::new(opened.keys),
            presence: watch::Sender::default(),
            cache: Cache::default(),
            sends: Tickets::default(),
            web: Web::default(),
            statuses: SetStatuses::default(),
            devices: KnownDevices::default(),
            cookies: KeptCookies::default(),
            highway: KeptHighway::default(),
            rkeys: KeptRkeys::default(),
            links: KeptLinks::default(),
            voice_texts: VoiceTexts::default(),
            pace: Pace::default(),
            intake,
            count,
            tasks: TaskTracker::new(),
            closing: closing.clone(),
            hints,
            returned: Notify::new(),
            retry: Notify::new(),
            started: now(),
            left: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            online_connection: AtomicU64::new(0),
            config,
        });
        inner
            .tasks
            .spawn(OnlineTask::new(inner.clone(), session_sender).run());
        inner
            .tasks
            .spawn(Resolver::new(inner.clone(), event_sender).run(queued, overflow, sent_hints));
        if inner.config.fill_caches {
            let filling = fill::keep_filled(Self::of(inner.clone()));
            inner.tasks.spawn(filling);
        }
        let client = Self {
            inner,
            _cancel: Some(Arc::new(CancelOnDrop(closing))),
        };
        Ok((client, Events { state, happened }))
    }

    /// A handle for the client's own tasks, which does not keep the client alive.
    pub(crate) const fn of(inner: Arc<Inner>) -> Self {
        Self {
            inner,
            _cancel: None,
        }
    }

    /// The account; also while offline. `None` before the first log-in.
    pub fn me(&self) -> Option<Me> {
        self.inner.me()
    }

    /// Whether the client is registered with the server.
    pub fn online(&self) -> bool {
        matches!(&*self.inner.presence.borrow(), Presence::Online { .. })
    }

    /// Waits until the client is online, at most `limit`.
    ///
    /// # Errors
    /// [`CallError::TimedOut`], or [`CallError::Offline`] when the client shuts down.
    pub async fn online_within(&self, limit: Duration) -> Result<Me, CallError> {
        let mut presence = self.inner.presence.subscribe();
        let online = presence.wait_for(|now| matches!(now, Presence::Online { .. }));
        let now = tokio::select! {
            now = timeout(limit, online) => now,
            () = self.inner.closing.cancelled() => return Err(CallError::Offline),
        };
        match now {
            Err(_) => Err(CallError::TimedOut),
            Ok(Err(_)) => Err(CallError::Offline),
            Ok(Ok(now)) => match &*now {
                Presence::Online { me, .. } => Ok(me.clone()),
                Presence::Offline => Err(CallError::Offline),
            },
        }
    }

    /// Unregisters from the server, closes the connection and opens another at once, with the saved session. While the client
    /// waits before its next attempt to connect, it makes the attempt at once; a log-in in progress goes on. Returns when the
    /// old connection is closed, after 2 s at most.
    pub async fn reconnect(&self) {
        online::reconnect(&self.inner).await;
    }

    /// Traffic and fault counters since the start.
    pub fn counters(&self) -> Counters {
        self.inner.count.read()
    }

    /// Unregisters from the server, closes the connection, and waits until all tasks of the client have ended. The
    /// tickets stay valid. Later calls fail with [`CallError::Offline`].
    pub async fn shutdown(&self) {
        self.inner.closing.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}
