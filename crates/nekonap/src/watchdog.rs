//! Tells systemd that the program works, as long as it does: the runtime runs this task, the archives answer, and an account that
//! is online hears from the servers. An account that is offline and tries to connect again works too.

use crate::notify::Notifier;
use nekonap_archive::Store;
use nekonap_client::Client;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};
use tokio::{
    task::JoinHandle,
    time::{Instant, interval, timeout},
};

/// Time between two looks without a watchdog: for the status line.
const LOOK: Duration = Duration::from_secs(10);

/// How long an archive may take to answer. Its longest job, the deletion of old messages, takes far less.
const ARCHIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an account that is online may hear nothing. The client itself gives up such a connection after two heartbeats of
/// 15 s; this is for the case that it does not.
const SILENCE: Duration = Duration::from_secs(120);

/// The task that looks after the accounts. It ends when this is dropped.
pub struct Watchdog {
    notifier: Arc<Notifier>,
    accounts: Accounts,
    task: JoinHandle<()>,
}

type Accounts = Arc<Mutex<Vec<Weak<Watched>>>>;

/// An account that the watchdog looks after, until this is dropped.
pub struct Watched {
    client: Client,
    store: Store,
    /// Frames received until the last look that found new ones, and the time of that look.
    heard: Mutex<(u64, Instant)>,
    /// What does not work, for people; empty if everything does.
    trouble: Mutex<String>,
}

impl Watchdog {
    /// Starts the task. Must be called in a tokio runtime.
    pub fn start(notifier: Notifier) -> Self {
        let notifier = Arc::new(notifier);
        let accounts = Accounts::default();
        let task = tokio::spawn(look(Arc::clone(&notifier), Arc::clone(&accounts)));
        Self {
            notifier,
            accounts,
            task,
        }
    }

    /// Looks after an account too.
    pub fn watch(&self, client: Client, store: Store) -> Arc<Watched> {
        let watched = Arc::new(Watched {
            heard: Mutex::new((client.counters().frames_received, Instant::now())),
            client,
            store,
            trouble: Mutex::default(),
        });
        lock(&self.accounts).push(Arc::downgrade(&watched));
        watched
    }

    /// The program has started, or has read its configuration again: it serves frameworks, or waits for a log-in.
    pub fn ready(&self) {
        self.notifier.ready();
    }

    /// The program reads its configuration again, and is [`Watchdog::ready`] afterwards.
    pub fn reloading(&self) {
        self.notifier.reloading();
    }

    /// The program ends.
    pub fn stopping(&self) {
        self.notifier.stopping();
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Watched {
    /// Sets what does not work although the account does; an empty text if everything works. It is part of the status line.
    pub fn set_trouble(&self, text: String) {
        *lock(&self.trouble) = text;
    }

    /// Whether the account works.
    async fn works(&self) -> bool {
        if timeout(ARCHIVE_TIMEOUT, self.store.flush()).await.is_err() {
            tracing::error!("the archive does not answer");
            return false;
        }
        let frames = self.client.counters().frames_received;
        let mut heard = lock(&self.heard);
        if !self.client.online() || heard.0 != frames {
            *heard = (frames, Instant::now());
        }
        let works = heard.1.elapsed() < SILENCE;
        if !works {
            tracing::error!("an account is online but hears nothing from the servers");
        }
        works
    }

    /// The account and its state, for people.
    fn status(&self) -> String {
        let mut status = match (self.client.me(), self.client.online()) {
            (Some(me), true) => format!("{} online", me.uin),
            (Some(me), false) => format!("{} offline", me.uin),
            (None, _) => "waiting for a log-in".to_owned(),
        };
        let trouble = lock(&self.trouble);
        if !trouble.is_empty() {
            status.push_str(" (");
            status.push_str(&trouble);
            status.push(')');
        }
        status
    }
}

async fn look(notifier: Arc<Notifier>, accounts: Accounts) {
    let every = notifier
        .watchdog()
        .map_or(LOOK, |watchdog| (watchdog / 3).min(LOOK));
    let mut ticks = interval(every);
    let mut last = String::new();
    loop {
        ticks.tick().await;
        let watched: Vec<Arc<Watched>> = {
            let mut accounts = lock(&accounts);
            accounts.retain(|account| account.strong_count() > 0);
            accounts.iter().filter_map(Weak::upgrade).collect()
        };
        let mut status: Vec<String> = watched.iter().map(|account| account.status()).collect();
        // The accounts start in any order.
        status.sort();
        let status = status.join(", ");
        if status != last {
            notifier.status(&status);
            last = status;
        }
        let mut works = true;
        for account in &watched {
            works &= account.works().await;
        }
        if works {
            notifier.alive();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
