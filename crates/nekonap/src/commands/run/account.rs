//! One account of `nekonap run`: logs it in, serves its frameworks, and applies a changed configuration, until the process stops
//! or the account cannot go on.

use super::{
    folder::Folder,
    listen::{Listeners, RETRY_INTERVAL},
    reload::Changes,
};
use crate::{
    commands::{on_offline::OfflineCalls, qr::Screen, terminal::Terminal},
    compose::{
        Account,
        account::{self, Session},
    },
    config::{account::Account as Settings, findings::Findings},
    runtime::Announcer,
    watchdog::Watchdog,
};
use nekonap_client::{Client, Config as ClientConfig, Event, Events, Me};
use nekonap_endpoint::ConfigReload;
use nekonap_ids::Uin;
use std::sync::Arc;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// What the accounts of a process share.
pub(super) struct Process {
    /// Cancelled when the process stops.
    pub(super) stopping: CancellationToken,
    /// Where `nekonap call` finds the accounts.
    pub(super) announcer: Announcer,
    /// The terminal on stderr, if there is one.
    pub(super) terminal: Option<Terminal>,
    /// Tells systemd that the accounts work.
    pub(super) watchdog: Watchdog,
    /// Reads the configuration again.
    pub(super) reload: ConfigReload,
    /// Whether there are several accounts, so that messages must name theirs.
    pub(super) several: bool,
}

/// Runs an account. `index`: its place in the configuration. `changes`: its settings, and later those of a changed configuration.
///
/// # Errors
///
/// A message for the user: why the account cannot go on.
pub(super) async fn run(
    index: usize,
    mut changes: Changes,
    process: Arc<Process>,
) -> Result<(), String> {
    let settings = changes.current();
    let folder = Folder::open(&settings.folder)?;
    let saved_owner = folder.owner(settings.uin)?;
    let (store, known) = account::archive(Some(folder.path().to_path_buf()))
        .await
        .map_err(|error| error.to_string())?;
    let config = ClientConfig {
        keystore: Some(folder.path().join("session.json")),
        known,
        fill_caches: true,
        ..settings.qq.client("qq", &mut Findings::default())
    };
    let (client, mut events) = Client::start(config).map_err(|error| error.to_string())?;
    let watched = process.watchdog.watch(client.clone(), store.clone());
    let label = process.several.then(|| label(&settings, saved_owner));
    let mut screen = Screen::new(folder.path().join("qrcode.png"), process.terminal, label);
    screen.waiting("a response from the QQ servers", "QQ 服务器的回应");

    let owner = match saved_owner {
        Some(owner) => Ok(Some(owner)),
        None => tokio::select! {
            me = first_log_in(&mut events, &mut screen) => me.and_then(|me| {
                if let Some(wanted) = settings.uin.filter(|wanted| *wanted != me.uin) {
                    return Err(folder.reject(wanted, me.uin));
                }
                folder.set_owner(me.uin)?;
                Ok(Some(me.uin))
            }),
            () = process.stopping.cancelled() => Ok(None),
        },
    };
    let owner = match owner {
        Ok(Some(owner)) => owner,
        ended => {
            client.shutdown().await;
            store.close().await;
            screen.clear();
            return ended.map(|_| ());
        }
    };

    // The settings may have changed since the start.
    let settings = changes.current();
    let endpoint = settings.endpoint(&mut Findings::default());
    let mut calls = OfflineCalls::new(&settings, owner, screen.picture());
    let (mut account, mut session) = Account::new(owner, client, events, store.of(owner), endpoint);
    account.set_reload(process.reload.clone());
    let served = async {
        let mut listeners = Listeners::new((index, owner), &folder, &process, &watched);
        listeners.open(&mut account, &settings).await?;
        changes.applied(settings);
        loop {
            tokio::select! {
                () = process.stopping.cancelled() => return Ok(()),
                () = account.exit_requested() => {
                    tracing::info!(account = %owner, "the account exits, as `bot_exit` asks / 账号按 bot_exit 的要求退出");
                    return Ok(());
                }
                settings = changes.next() => {
                    account.configure(settings.endpoint(&mut Findings::default()));
                    calls.configure(&settings);
                    if let Err(error) = listeners.change(&mut account, &settings).await {
                        tracing::error!(account = %owner, error, "the changed entries cannot be used / 无法应用更改");
                    }
                    changes.applied(settings);
                }
                () = sleep(RETRY_INTERVAL), if listeners.is_incomplete() => {
                    listeners.retry(&mut account).await;
                }
                other = wait_for_other_account(&mut session, &mut screen, &mut calls, owner) => {
                    let Some(other) = other else {
                        return Err("the client ended unexpectedly; restart Nekonap".to_owned());
                    };
                    // Immediately, before messages of the other account get into the owner's archive.
                    account.client().shutdown().await;
                    return Err(folder.reject(owner, other));
                }
            }
        }
    };
    let outcome = Box::pin(served).await;
    process.announcer.set(index, None);
    account.shutdown().await;
    screen.clear();
    outcome
}

/// How messages name the account: by its number, before the first log-in without one by its data folder.
pub(super) fn label(settings: &Settings, owner: Option<Uin>) -> String {
    match owner.or(settings.uin) {
        Some(uin) => uin.to_string(),
        None => settings.folder.display().to_string(),
    }
}

/// Shows QR codes until an account logs in for the first time in this folder.
async fn first_log_in(events: &mut Events, screen: &mut Screen) -> Result<Me, String> {
    while let Some(event) = events.next().await {
        let me = match &event {
            Event::LoggedIn(me) => Some(me.clone()),
            _ => None,
        };
        screen.show(&event);
        if let Some(me) = me {
            return Ok(me);
        }
    }
    Err("the client ended unexpectedly; restart Nekonap".to_owned())
}

/// Shows the events of the session until another account than the owner logs in, or until the client ends (`None`).
async fn wait_for_other_account(
    session: &mut Session,
    screen: &mut Screen,
    calls: &mut OfflineCalls,
    owner: Uin,
) -> Option<Uin> {
    while let Some(event) = session.recv().await {
        if let Event::LoggedIn(me) | Event::Online(me) = &event
            && me.uin != owner
        {
            return Some(me.uin);
        }
        screen.show(&event);
        calls.handle(&event);
    }
    None
}
