//! A sandbox and its bots in one process. The bots log in through the sandbox's wire port.

use super::{
    account::{self, Account, Session},
    page, token,
};
use crate::{
    cli::{ForBot, Sandbox as Options, Seed},
    ready::{Ready, ReadyBot, WireKeys},
};
use nekonap_archive::ArchiveError;
use nekonap_client::{CallError, Client, Config as ClientConfig, Event, ServerKeys, Timings};
use nekonap_gateway::{
    Access, Config as GatewayConfig, GatewayError, HttpServer, HttpUrl, Mount, MountAccess, Secret,
    Token, Webhook, WsClient, WsServer, WsUrl,
};
use nekonap_ids::Uin;
use nekonap_sandbox::{ConfirmError, Sandbox, StartError};
use std::{
    collections::HashSet,
    convert::Infallible,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// Time limit for the log-in of a bot to a sandbox in the same process. It takes about 30 ms on an idle machine.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(30);

/// Time between two attempts to connect to a framework. Short, because a framework under development restarts often.
const RECONNECT: Duration = Duration::from_secs(1);

/// A running sandbox with all its bots online and all listeners open.
pub struct SandboxWorld {
    sandbox: Sandbox,
    stopping: CancellationToken,
    /// One [`run`] task per bot.
    bots: JoinSet<()>,
    /// Closed when all bots have exited.
    running: mpsc::Receiver<Infallible>,
    ready: Ready,
}

/// Why a sandbox did not start. No part of it keeps running then.
#[derive(Debug, thiserror::Error)]
pub enum StartFailed {
    /// There is no `--bot`.
    #[error("a sandbox needs at least one bot: add --bot UIN")]
    NoBot,
    /// An account has two `--bot` options.
    #[error("--bot {0} is given twice: an account can have only one bot")]
    DuplicateBot(Uin),
    /// A framework is assigned to an account that is not a bot.
    #[error("{flag} names {bot}, which is not a bot of this sandbox: add --bot {bot}")]
    NoSuchBot {
        /// Name of the option.
        flag: &'static str,
        /// Account of the bot.
        bot: Uin,
    },
    /// The secret is not valid.
    #[error("--secret: {0}")]
    Secret(nekonap_gateway::ConfigError),
    /// HTTP and WebSocket have the same address.
    #[error(
        "--ws {0} is already used by --http: give one of them another port (0 picks a free port)"
    )]
    SameAddress(SocketAddr),
    /// The token is not valid.
    #[error("--token: {0}")]
    Token(nekonap_gateway::ConfigError),
    /// Other machines could use the bot without a token.
    #[error(
        "other machines can reach {flag} {address}, and --no-token would let them use the bot: remove --no-token, or listen on \
         127.0.0.1"
    )]
    Open {
        /// Name of the option.
        flag: &'static str,
        /// Value of the option.
        address: SocketAddr,
    },
    /// A port is in use.
    #[error(
        "{flag} {address} is in use, perhaps by another Nekonap: stop that program, or choose another port with {flag} (port 0 \
         picks a free port)"
    )]
    InUse {
        /// Name of the option.
        flag: &'static str,
        /// Value of the option.
        address: SocketAddr,
    },
    /// The sandbox cannot start.
    #[error("the sandbox cannot start: {0}")]
    Sandbox(#[from] StartError),
    /// A bot's archive cannot be opened.
    #[error("the archive of bot {bot}: {source}")]
    Archive {
        /// Account of the bot.
        bot: Uin,
        /// Cause.
        source: ArchiveError,
    },
    /// A bot's client cannot be started.
    #[error("bot {bot}: {source}")]
    Client {
        /// Account of the bot.
        bot: Uin,
        /// Cause.
        source: nekonap_client::StartError,
    },
    /// The sandbox refuses to confirm a bot's log-in.
    #[error(
        "bot {bot} cannot log in to the sandbox: {source}. Check that the account is in the world of --seed or --data"
    )]
    Confirm {
        /// Account of the bot.
        bot: Uin,
        /// The sandbox's error.
        source: ConfirmError,
    },
    /// A bot does not come online.
    #[error(
        "bot {bot} does not come online: {source}. Try --data with a new folder; if that fails too, please report it"
    )]
    LogIn {
        /// Account of the bot.
        bot: Uin,
        /// The client's error.
        source: CallError,
    },
    /// A listener cannot be opened.
    #[error("bot {bot}: {source}")]
    Gateway {
        /// Account of the bot.
        bot: Uin,
        /// Cause.
        source: GatewayError,
    },
    /// A task panicked.
    #[error("starting the bots failed: {0}")]
    Task(#[from] tokio::task::JoinError),
}

impl SandboxWorld {
    /// Starts the sandbox, then logs in all bots over the wire in parallel and opens their listeners.
    ///
    /// # Errors
    ///
    /// See [`StartFailed`].
    pub async fn start(options: &Options) -> Result<Self, StartFailed> {
        let token = check(options)?;
        let secret = options.secret.clone().map(Secret::new).transpose();
        let secret = secret.map_err(StartFailed::Secret)?;
        let sandbox = Sandbox::start(nekonap_sandbox::Config {
            directory: options.data.as_deref().map(|data| data.join("world")),
            wire: options.wire,
            seed: match &options.seed {
                Seed::Demo => nekonap_sandbox::Seed::Demo,
                Seed::Empty => nekonap_sandbox::Seed::Empty,
                Seed::File(path) => nekonap_sandbox::Seed::File(path.clone()),
            },
            accounts: options.bots.clone(),
        })
        .await?;
        if let Some(aside) = sandbox.set_aside() {
            tracing::error!(
                from = %aside.from.display(),
                to = %aside.to.display(),
                reason = aside.reason,
                "the world cannot be read: it was moved aside, and a new one was created"
            );
        }
        let shared = Arc::new(Shared {
            sandbox: sandbox.clone(),
            keys: ServerKeys {
                secp192k1: sandbox.keys().secp192k1,
                p256: sandbox.keys().p256,
            },
            token,
            report_self: options.report_self,
            reverse_ws: options.reverse_ws.clone(),
            webhooks: options.webhook.clone(),
            secret,
            replay: options.replay.map(|replay| replay.0),
            data: options.data.clone(),
            send_packet: options.send_packet,
        });
        let bots = match bots(options, &shared).await {
            Ok(bots) => bots,
            Err(error) => {
                sandbox.shutdown().await;
                return Err(error);
            }
        };
        let mut listed = Vec::new();
        for (uin, bot) in options.bots.iter().zip(&bots) {
            if let Some(gateway) = bot.account.gateway()
                && let (Some(http), Some(ws)) = (gateway.http(), gateway.ws())
            {
                listed.push(ReadyBot {
                    self_id: *uin,
                    http: format!("http://{http}"),
                    ws: format!("ws://{ws}"),
                });
            }
        }
        let ready = Ready::new(
            listed,
            sandbox.wire(),
            WireKeys {
                secp192k1: hex::encode(sandbox.keys().secp192k1),
                p256: hex::encode(sandbox.keys().p256),
            },
            shared
                .token
                .as_ref()
                .map(|token| token.reveal().to_owned())
                .unwrap_or_default(),
            options.data.as_deref().map(absolute).as_deref(),
        )
        .ok_or(StartFailed::NoBot)?;
        let stopping = CancellationToken::new();
        let (guard, running) = mpsc::channel(1);
        let mut tasks = JoinSet::new();
        for (index, (uin, bot)) in options.bots.iter().zip(bots).enumerate() {
            let (stopping, guard) = (stopping.clone(), guard.clone());
            tasks.spawn(run(*uin, bot, index == 0, stopping, guard));
        }
        Ok(Self {
            sandbox,
            stopping,
            bots: tasks,
            running,
            ready,
        })
    }

    /// The ready line.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// Waits until every bot has exited because of `bot_exit`. Cancel safe.
    pub async fn exited(&mut self) {
        self.running.recv().await;
    }

    /// Shuts down the bots in parallel (see [`Account::shutdown`]), then the sandbox.
    pub async fn shutdown(mut self) {
        // A stream of the journal never ends by itself, so the gateway would wait 5 s for it as for a running call.
        self.sandbox.end_streams();
        self.stopping.cancel();
        while self.bots.join_next().await.is_some() {}
        self.sandbox.shutdown().await;
    }
}

/// Checks the options before anything starts; returns the access token.
fn check(options: &Options) -> Result<Option<Token>, StartFailed> {
    if options.bots.is_empty() {
        return Err(StartFailed::NoBot);
    }
    let mut seen = HashSet::new();
    if let Some(duplicate) = options.bots.iter().find(|bot| !seen.insert(**bot)) {
        return Err(StartFailed::DuplicateBot(*duplicate));
    }
    let reverse = options.reverse_ws.iter().map(|to| ("--reverse-ws", to.bot));
    let webhooks = options.webhook.iter().map(|to| ("--webhook", to.bot));
    for (flag, bot) in reverse.chain(webhooks) {
        if let Some(bot) = bot.filter(|bot| !options.bots.contains(bot)) {
            return Err(StartFailed::NoSuchBot { flag, bot });
        }
    }
    if options.http == options.ws && options.http.port() != 0 {
        return Err(StartFailed::SameAddress(options.ws));
    }
    if options.no_token {
        for (flag, address) in [("--http", options.http), ("--ws", options.ws)] {
            if !address.ip().is_loopback() {
                return Err(StartFailed::Open { flag, address });
            }
        }
        return Ok(None);
    }
    let text = options.token.clone().unwrap_or_else(token::generate);
    Token::new(text).map(Some).map_err(StartFailed::Token)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Settings that all bots share.
struct Shared {
    sandbox: Sandbox,
    keys: ServerKeys,
    token: Option<Token>,
    report_self: bool,
    reverse_ws: Vec<ForBot<WsUrl>>,
    webhooks: Vec<ForBot<HttpUrl>>,
    secret: Option<Secret>,
    replay: Option<Duration>,
    data: Option<PathBuf>,
    send_packet: bool,
}

/// A bot that is online and has its listeners open.
struct StartedBot {
    account: Account,
    session: Session,
}

/// Starts all bots. If one fails, shuts down the others.
async fn bots(options: &Options, shared: &Arc<Shared>) -> Result<Vec<StartedBot>, StartFailed> {
    let mut starting = JoinSet::new();
    for (index, uin) in options.bots.iter().copied().enumerate() {
        let shared = Arc::clone(shared);
        // The first bot has the addresses of the command line; the others have free ports on the same hosts.
        let port = |address: SocketAddr| match index {
            0 => address,
            _ => SocketAddr::new(address.ip(), 0),
        };
        let (http, ws) = (port(options.http), port(options.ws));
        starting.spawn(async move {
            let mounts = match index {
                0 => vec![
                    Mount::new("/sandbox/api", shared.sandbox.routes(), MountAccess::Token),
                    Mount::new("/sandbox", page::routes(), MountAccess::Open),
                ],
                _ => Vec::new(),
            };
            let bot = Box::pin(bot(&shared, uin, http, ws, mounts)).await;
            (index, bot)
        });
    }
    let mut started_bots = Vec::new();
    let mut failed = None;
    while let Some(started) = starting.join_next().await {
        match started {
            Ok((index, Ok(bot))) => started_bots.push((index, bot)),
            // The first error is returned.
            Ok((_, Err(error))) => failed = failed.or(Some(error)),
            Err(error) => failed = failed.or(Some(error.into())),
        }
    }
    if let Some(error) = failed {
        for (_, bot) in started_bots {
            bot.account.shutdown().await;
        }
        return Err(error);
    }
    started_bots.sort_unstable_by_key(|(index, _)| *index);
    Ok(started_bots.into_iter().map(|(_, bot)| bot).collect())
}

/// Logs a bot in and opens its listeners.
async fn bot(
    shared: &Shared,
    uin: Uin,
    http: SocketAddr,
    ws: SocketAddr,
    mounts: Vec<Mount>,
) -> Result<StartedBot, StartFailed> {
    let folder = shared
        .data
        .as_ref()
        .map(|data| data.join("bots").join(uin.to_string()));
    let (store, known) = account::archive(folder.clone())
        .await
        .map_err(|source| StartFailed::Archive { bot: uin, source })?;
    let media = folder.as_ref().map(|folder| folder.join("media"));
    let client = ClientConfig {
        servers: vec![shared.sandbox.wire().into()],
        keys: shared.keys.clone(),
        keystore: folder.map(|folder| folder.join("session.json")),
        web: Some(shared.sandbox.wire().into()),
        timings: timings(),
        known,
        ..ClientConfig::default()
    };
    let (client, events) =
        Client::start(client).map_err(|source| StartFailed::Client { bot: uin, source })?;
    let (mut account, mut session) = Account::new(
        uin,
        client,
        events,
        store.of(uin),
        nekonap_endpoint::Config {
            send_packet: shared.send_packet,
            media: nekonap_endpoint::MediaConfig {
                folder: media,
                ..nekonap_endpoint::MediaConfig::default()
            },
            ..nekonap_endpoint::Config::default()
        },
    );
    let served = async {
        log_in(&shared.sandbox, uin, account.client(), &mut session).await?;
        listen(&mut account, shared, uin, http, ws, mounts).await
    };
    match served.await {
        Ok(()) => Ok(StartedBot { account, session }),
        Err(error) => {
            account.shutdown().await;
            Err(error)
        }
    }
}

/// Short intervals: the server runs in the same process, so there is no need to spare it.
fn timings() -> Timings {
    Timings {
        alive: Duration::from_secs(1),
        poll: Duration::from_millis(5),
        history: Duration::ZERO,
        backoff_min: Duration::from_millis(50),
        backoff_max: Duration::from_secs(2),
        ..Timings::default()
    }
}

/// Waits until the bot is online, and confirms the QR code of its client.
async fn log_in(
    sandbox: &Sandbox,
    uin: Uin,
    client: &Client,
    session: &mut Session,
) -> Result<(), StartFailed> {
    let online = client.online_within(LOGIN_TIMEOUT);
    tokio::pin!(online);
    loop {
        tokio::select! {
            online = &mut online => {
                return online
                    .map(|_| ())
                    .map_err(|source| StartFailed::LogIn { bot: uin, source });
            }
            Some(event) = session.recv() => {
                if let Event::QrCode { url, .. } = event {
                    sandbox
                        .confirm(&url, uin)
                        .await
                        .map_err(|source| StartFailed::Confirm { bot: uin, source })?;
                }
            }
        }
    }
}

/// Runs a bot until the sandbox stops or the bot exits; then shuts it down. `hosts`: its listeners also serve the sandbox's HTTP
/// API, so that they stay open until the sandbox stops. `running` is dropped when the bot exits.
async fn run(
    uin: Uin,
    bot: StartedBot,
    hosts: bool,
    stopping: CancellationToken,
    running: mpsc::Sender<Infallible>,
) {
    let StartedBot {
        account,
        mut session,
    } = bot;
    let mut running = Some(running);
    while running.is_some() {
        tokio::select! {
            () = stopping.cancelled() => break,
            () = account.exit_requested() => {
                tracing::info!(bot = %uin, "the bot exits, as `bot_exit` asks");
                running = None;
            }
            Some(event) = session.recv() => log_event(uin, event),
        }
    }
    if running.is_none() && hosts {
        account.sign_off().await;
        stopping.cancelled().await;
    }
    account.shutdown().await;
    while let Some(event) = session.recv().await {
        log_event(uin, event);
    }
}

/// Logs an event of a bot's session. Codes that are shown after the start are not confirmed: like the user of a real account, a
/// person of the world has to scan them.
fn log_event(uin: Uin, event: Event) {
    match event {
        Event::QrCode { url, .. } => tracing::warn!(
            bot = %uin, url,
            "the bot waits until its QR code is scanned: POST scan_login and confirm_login to /sandbox/api/act"
        ),
        Event::Online(_) => tracing::info!(bot = %uin, "online"),
        Event::Offline { reason } => tracing::warn!(bot = %uin, reason, "offline"),
        Event::LoggedOut { title, text } => {
            tracing::warn!(bot = %uin, title, text, "the bot is logged out");
        }
        Event::SessionExpired { text } => {
            tracing::warn!(bot = %uin, text, "the session has expired");
        }
        Event::LogInFailed { code, text } => {
            tracing::warn!(bot = %uin, code, text, "the log-in failed");
        }
        Event::KeystoreSetAside { path, why } => tracing::error!(
            bot = %uin, path = %path.display(), why,
            "the saved session cannot be read: it was moved aside, and the bot logs in again"
        ),
        _ => {}
    }
}

async fn listen(
    account: &mut Account,
    shared: &Shared,
    uin: Uin,
    http: SocketAddr,
    ws: SocketAddr,
    mounts: Vec<Mount>,
) -> Result<(), StartFailed> {
    let access = Access {
        token: shared.token.clone(),
        ..Access::default()
    };
    let config = GatewayConfig {
        http: vec![HttpServer {
            name: HTTP.to_owned(),
            listen: http.into(),
            access: access.clone(),
            events: true,
            replay: shared.replay,
            ..HttpServer::default()
        }],
        ws: vec![WsServer {
            name: WS.to_owned(),
            listen: ws.into(),
            access,
            own_messages: shared.report_self,
            replay: shared.replay,
            ..WsServer::default()
        }],
        ws_clients: ws_clients(shared, uin),
        webhooks: webhooks(shared, uin),
    };
    match account.serve(config, mounts).await {
        Ok(_) => Ok(()),
        Err(GatewayError::AddressInUse { entry, .. }) => Err(match entry.as_str() {
            HTTP => StartFailed::InUse {
                flag: "--http",
                address: http,
            },
            _ => StartFailed::InUse {
                flag: "--ws",
                address: ws,
            },
        }),
        Err(source) => Err(StartFailed::Gateway { bot: uin, source }),
    }
}

/// The webhooks of a bot.
fn webhooks(shared: &Shared, uin: Uin) -> Vec<Webhook> {
    let targets = shared.webhooks.iter().filter(|target| target.includes(uin));
    targets
        .zip(1..)
        .map(|(target, number)| Webhook {
            secret: shared.secret.clone(),
            own_messages: shared.report_self,
            replay: shared.replay,
            ..Webhook::new(format!("webhook-{number}"), target.value.clone())
        })
        .collect()
}

/// The reverse WebSocket connections of a bot.
fn ws_clients(shared: &Shared, uin: Uin) -> Vec<WsClient> {
    let targets = shared
        .reverse_ws
        .iter()
        .filter(|target| target.includes(uin));
    targets
        .zip(1..)
        .map(|(target, number)| WsClient {
            token: shared.token.clone(),
            own_messages: shared.report_self,
            replay: shared.replay,
            reconnect: RECONNECT,
            ..WsClient::new(format!("reverse-websocket-{number}"), target.value.clone())
        })
        .collect()
}

/// Names of the two listeners of a bot in the gateway's configuration.
const HTTP: &str = "http-server";
const WS: &str = "websocket-server";
