//! The handle, and what stands behind it: one life, one cache, and the session of the moment.

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
    cache::Cache,
    config::Config,
    counters::{Count, Counters},
    error::{CallError, StartError},
    events::{
        Event, Events,
        intake::{Intake, intake},
        resolve::{Hint, Resolver},
    },
    keystore::{Account, Keys, Keystore},
    login::{Me, now},
    online::Life,
    session::{Session, SessionContext},
    tickets::Tickets,
    web::Web,
};

/// How many events about the session may wait for the embedder.
const WAITING_STATE: usize = 64;
/// How many other events may wait for the embedder; while they do, pushes queue up behind them.
const WAITING_EVENTS: usize = 1_024;

/// A QQ client. Cheap to clone; all clones are the same client, which lives until [`shutdown`](Self::shutdown) or until
/// the last of them is dropped.
///
/// Its methods stand in the files of their subjects. Those that ask the server fail with [`CallError::Offline`] at once
/// when there is no session, and otherwise have an answer, or an error, within [`Timings::reply`](crate::Timings) a
/// round trip.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
    /// `None` in the handles of the client's own tasks, which do not keep it alive.
    _life: Option<Arc<EndsWithTheLast>>,
}

/// Ends the client's tasks when nobody holds it any more.
struct EndsWithTheLast(CancellationToken);

impl Drop for EndsWithTheLast {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Whether there is a session, and whose.
#[derive(Clone, Default)]
pub(crate) enum Presence {
    #[default]
    Away,
    Online {
        session: Session,
        me: Me,
    },
}

/// What all of a client's tasks share.
pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) context: SessionContext,
    store: Keystore,
    keys: Mutex<Keys>,
    pub(crate) presence: watch::Sender<Presence>,
    pub(crate) cache: Cache,
    /// The order of sends.
    pub(crate) sends: Tickets,
    pub(crate) web: Web,
    intake: Intake,
    pub(crate) count: Arc<Count>,
    pub(crate) tasks: TaskTracker,
    pub(crate) closing: CancellationToken,
    /// Somebody asked for a log-in.
    pub(crate) wake: Notify,
    /// The resolver is to know that a message was sent.
    pub(crate) hints: mpsc::Sender<Hint>,
    /// The resolver is to know that the client is online, perhaps again.
    pub(crate) returned: Notify,
    /// When the client went offline, unix seconds; 0 before it was online.
    left: AtomicU64,
    /// How many connections there have been.
    connections: AtomicU64,
}

impl Inner {
    /// The session of the moment.
    pub(crate) fn session(&self) -> Result<Session, CallError> {
        match &*self.presence.borrow() {
            Presence::Online { session, .. } => Ok(session.clone()),
            Presence::Away => Err(CallError::Offline),
        }
    }

    pub(crate) fn me(&self) -> Option<Me> {
        match &*self.presence.borrow() {
            Presence::Online { me, .. } => Some(me.clone()),
            Presence::Away => self.account().map(|account| Me::from(&account)),
        }
    }

    /// This account, online or not.
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

    /// The nickname that holds for somebody, as the cache says: where it is this account's, [`me`](Self::me) has it from now
    /// on. It is written to the keystore with the next log-in.
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
            // Nobody waits for a nickname.
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

    /// Uses these tickets from now on, and after a restart.
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
                tracing::error!(%error, "the session is not kept: a restart will need a log-in");
            }
            Err(error) => tracing::error!(%error, "the session is not kept"),
        }
    }

    pub(crate) fn went_online(&self, session: Session, me: Me) {
        self.cache.begin(&me);
        self.presence.send_replace(Presence::Online { session, me });
        self.returned.notify_one();
    }

    pub(crate) fn went_offline(&self) {
        if let Presence::Online { .. } = self.presence.send_replace(Presence::Away) {
            self.left.store(now(), Ordering::Release);
        }
    }

    /// The door for the pushes of one more connection.
    pub(crate) fn next_intake(&self) -> Intake {
        let connection = self.connections.fetch_add(1, Ordering::AcqRel) + 1;
        self.intake.of(connection)
    }

    /// The number of the connection of the moment.
    pub(crate) fn connection(&self) -> u64 {
        self.connections.load(Ordering::Acquire)
    }

    /// When the client was last online, unix seconds, if it has been before.
    pub(crate) fn left(&self) -> Option<u64> {
        Some(self.left.load(Ordering::Acquire)).filter(|left| *left > 0)
    }
}

impl Client {
    /// Starts a client: it connects, logs in and stays online by itself from here on. Must be called on a tokio
    /// runtime. What happens is told by the [`Events`], which should be read.
    ///
    /// # Errors
    /// A configuration that is wrong, or a keystore that can be neither read nor moved aside.
    pub fn start(config: Config) -> Result<(Self, Events), StartError> {
        config.check()?;
        let opened = Keystore::open(config.keystore.clone())?;
        let count = Arc::<Count>::default();
        let (door, taken, overtaken) = intake(count.clone());
        let (announce, state) = mpsc::channel(WAITING_STATE);
        let (tell, happened) = mpsc::channel(WAITING_EVENTS);
        let (hints, hinted) = mpsc::channel(WAITING_EVENTS);
        if let Some((path, why)) = opened.set_aside {
            tracing::warn!(path = %path.display(), why, "the keystore cannot be used: moved aside");
            let _ = announce.try_send(Event::KeystoreSetAside { path, why });
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
            intake: door,
            count,
            tasks: TaskTracker::new(),
            closing: closing.clone(),
            wake: Notify::new(),
            hints,
            returned: Notify::new(),
            left: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            config,
        });
        inner.tasks.spawn(Life::new(inner.clone(), announce).live());
        inner
            .tasks
            .spawn(Resolver::new(inner.clone(), tell).run(taken, overtaken, hinted));
        let client = Self {
            inner,
            _life: Some(Arc::new(EndsWithTheLast(closing))),
        };
        Ok((client, Events { state, happened }))
    }

    /// A handle for the client's own tasks.
    pub(crate) const fn of(inner: Arc<Inner>) -> Self {
        Self { inner, _life: None }
    }

    /// The account, once one is known: also while offline.
    pub fn me(&self) -> Option<Me> {
        self.inner.me()
    }

    /// Whether the server has this client registered, as far as is known here.
    pub fn online(&self) -> bool {
        matches!(&*self.inner.presence.borrow(), Presence::Online { .. })
    }

    /// Waits until the client is online, at most `patience`.
    ///
    /// # Errors
    /// [`CallError::TimedOut`], or [`CallError::Offline`] when it is being shut down.
    pub async fn online_within(&self, patience: Duration) -> Result<Me, CallError> {
        let mut presence = self.inner.presence.subscribe();
        let online = presence.wait_for(|now| matches!(now, Presence::Online { .. }));
        let now = tokio::select! {
            now = timeout(patience, online) => now,
            () = self.inner.closing.cancelled() => return Err(CallError::Offline),
        };
        match now {
            Err(_) => Err(CallError::TimedOut),
            Ok(Err(_)) => Err(CallError::Offline),
            Ok(Ok(now)) => match &*now {
                Presence::Online { me, .. } => Ok(me.clone()),
                Presence::Away => Err(CallError::Offline),
            },
        }
    }

    /// Logs in again after a kick or a refusal that the client does not try to overcome by itself: by easy log-in, else
    /// by QR code. On the way online it cuts the wait for the next try short; while online it does nothing.
    pub async fn log_in_anew(&self) {
        if !self.online() {
            self.inner.wake.notify_one();
        }
        tokio::task::yield_now().await;
    }

    /// What went wrong without anybody being told.
    pub fn counters(&self) -> Counters {
        self.inner.count.read()
    }

    /// Says goodbye to the server, closes the connection, and waits until all of the client's tasks have ended. The
    /// tickets stay good. Calls fail with [`CallError::Offline`] from here on.
    pub async fn shutdown(&self) {
        self.inner.closing.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}
