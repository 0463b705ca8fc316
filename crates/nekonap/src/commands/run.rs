//! `nekonap run`: logs in a QQ account and serves frameworks.

use super::{
    alarm::Alarm,
    logs,
    qr::Screen,
    signals::Stop,
    terminal::{Served, Terminal},
};
use crate::{
    cli::Run,
    compose::{
        Account,
        account::{self, Session},
        token,
    },
    config::{account::Account as Settings, check, file, findings::Findings, gateway::gateway},
    notify::Notifier,
    runtime::{self, Running},
    watchdog::Watchdog,
};
use nekonap_client::{Client, Config as ClientConfig, Event, Events, Me};
use nekonap_gateway::{Gateway, Listening, Protocol, Token};
use nekonap_ids::Uin;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub(super) async fn run(options: &Run) -> Result<(), String> {
    let path = options.config.display();
    let created = file::write_example(&options.config).map_err(|error| error.to_string())?;
    let config =
        file::read(&options.config, &options.overrides).map_err(|error| error.to_string())?;
    let findings = check::check(&config);
    if !findings.problems.is_empty() {
        return Err(format!("{path}:\n  {}", findings.problems.join("\n  ")));
    }
    let _log_file = logs::start(&config.log)?;
    let mut stop = Stop::listen().map_err(|error| error.to_string())?;
    let watchdog = Watchdog::start(Notifier::from_environment());
    if created {
        tracing::info!(%path, "a configuration with the defaults was written / 已写入默认配置");
    }
    for warning in findings.warnings {
        tracing::warn!(%path, warning, "the configuration / 配置");
    }
    let [settings] = config.accounts.as_slice() else {
        return Err(format!("{path}: `nekonap run` serves one account"));
    };
    let folder = Folder::open(&settings.folder)?;
    let saved_owner = folder.account()?;
    let (store, known) = account::archive(Some(folder.0.clone()))
        .await
        .map_err(|error| error.to_string())?;
    let client = ClientConfig {
        keystore: Some(folder.0.join("session.json")),
        known,
        ..settings.qq.client("qq", &mut Findings::default())
    };
    let (client, mut events) = Client::start(client).map_err(|error| error.to_string())?;
    let _watched = watchdog.watch(client.clone(), store.clone());
    watchdog.ready();
    let terminal = Terminal::of_stderr();
    let mut screen = Screen::new(folder.0.join("qrcode.png"), terminal);
    screen.waiting("a response from the QQ servers", "QQ 服务器的回应");

    let owner = match saved_owner {
        Some(owner) => Ok(Some(owner)),
        None => tokio::select! {
            me = first_log_in(&mut events, &mut screen) => me.and_then(|me| {
                folder.set_account(me.uin)?;
                Ok(Some(me.uin))
            }),
            signal = stop.requested() => {
                tracing::info!(signal, "stopping");
                Ok(None)
            }
        },
    };
    let owner = match owner {
        Ok(Some(owner)) => owner,
        ended => {
            watchdog.stopping();
            client.shutdown().await;
            store.close().await;
            screen.clear();
            return ended.map(|_| ());
        }
    };

    let endpoint = settings.endpoint(&mut Findings::default());
    let mut alarm = Alarm::new(settings.on_offline.clone(), owner, screen.picture());
    let (mut account, mut session) = Account::new(owner, client, events, store.of(owner), endpoint);
    let served = async {
        let (served, _announced) = listen(&mut account, settings, &folder, owner).await?;
        if let Some(terminal) = terminal {
            Terminal::show(&terminal.serving(&served));
        }
        tokio::select! {
            signal = stop.requested() => {
                tracing::info!(signal, "stopping");
                Ok(())
            }
            other = wait_for_other_account(&mut session, &mut screen, &mut alarm, owner) => match other {
                Some(other) => {
                    // Immediately, before messages of the other account get into the owner's archive.
                    account.client().shutdown().await;
                    Err(folder.reject(owner, other))
                }
                None => Err("the client ended unexpectedly; restart Nekonap".to_owned()),
            },
        }
    };
    let outcome = Box::pin(served).await;
    watchdog.stopping();
    account.shutdown().await;
    screen.clear();
    outcome
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
    alarm: &mut Alarm,
    owner: Uin,
) -> Option<Uin> {
    while let Some(event) = session.recv().await {
        if let Event::LoggedIn(me) | Event::Online(me) = &event
            && me.uin != owner
        {
            return Some(me.uin);
        }
        screen.show(&event);
        alarm.handle(&event);
    }
    None
}

/// Opens the listeners and announces them to `nekonap call`.
async fn listen(
    account: &mut Account,
    settings: &Settings,
    folder: &Folder,
    owner: Uin,
) -> Result<(Served, Option<runtime::Announcement>), String> {
    let generated = Token::new(token::saved_in(&folder.0)?).map_err(|error| error.to_string())?;
    let config = gateway(settings, &generated, &mut Findings::default());
    let tokens: Vec<Option<&Token>> = config
        .http
        .iter()
        .map(|entry| entry.access.token.as_ref())
        .chain(config.ws.iter().map(|entry| entry.access.token.as_ref()))
        .collect();
    let token = if tokens.contains(&Some(&generated)) {
        Some(folder.0.join(token::FILE).display().to_string())
    } else if tokens.iter().any(Option::is_some) {
        Some("nekonap.toml".to_owned())
    } else {
        None
    };
    let http_token = config
        .http
        .first()
        .and_then(|entry| entry.access.token.clone());
    let gateway = account
        .serve(config, Vec::new())
        .await
        .map_err(|error| error.to_string())?;
    for listening in gateway.listening() {
        let (entry, address) = (&listening.entry, listening.address);
        tracing::info!(account = %owner, entry, %address, "listening / 开始监听");
    }
    let served = Served {
        addresses: addresses(gateway),
        token,
    };
    let mut listening = gateway.listening().iter();
    let Some(http) = listening.find(|listening| listening.protocol == Protocol::Http) else {
        return Ok((served, None));
    };
    let bot = Running {
        self_id: owner,
        http: http.url(),
        token: http_token.map_or_else(String::new, |token| token.reveal().to_owned()),
    };
    let announced = runtime::announce(&runtime::directory(), &[bot])
        .inspect_err(|error| tracing::warn!(%error, "`nekonap call` cannot find this process"))
        .ok();
    Ok((served, announced))
}

/// The URLs that frameworks connect to.
fn addresses(gateway: &Gateway) -> Vec<String> {
    gateway.listening().iter().map(Listening::url).collect()
}

/// The data folder of an account: `session.json`, `archive.db`, `account`, `token`, `qrcode.png`.
struct Folder(PathBuf);

impl Folder {
    /// Creates the folder if needed, with mode 0700.
    fn open(path: &Path) -> Result<Self, String> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(|error| {
            format!(
                "the data folder {} cannot be created: {error}. Set another folder with `data` in the configuration",
                path.display()
            )
        })?;
        Ok(Self(path.to_path_buf()))
    }

    fn account_file(&self) -> PathBuf {
        self.0.join("account")
    }

    /// The account that owns the folder; `None` before the first log-in.
    fn account(&self) -> Result<Option<Uin>, String> {
        let path = self.account_file();
        match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{}: {error}", path.display())),
            Ok(text) => text.trim().parse().map(Some).map_err(|error| {
                format!(
                    "{} must contain the number of the account that this folder belongs to: {error}. Write the number there, \
                     or set another folder with `data` in the configuration",
                    path.display()
                )
            }),
        }
    }

    fn set_account(&self, uin: Uin) -> Result<(), String> {
        let path = self.account_file();
        fs::write(&path, format!("{uin}\n")).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Moves the session of another account to `session-UIN.json`, so that the next start asks for a log-in; returns the
    /// error message.
    fn reject(&self, owner: Uin, other: Uin) -> String {
        let path = self.0.join(format!("session-{other}.json"));
        let moved = match fs::rename(self.0.join("session.json"), &path) {
            Ok(()) => format!("; the session of {other} was moved to {}", path.display()),
            Err(_) => String::new(),
        };
        format!(
            "the folder {} belongs to {owner}, but {other} logged in{moved}. Restart and scan with {owner}, or set another \
             folder for {other} with `data` in the configuration",
            self.0.display()
        )
    }
}
