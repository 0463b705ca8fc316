//! `nekonap run`: logs in a QQ account and serves frameworks.

use super::{
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
    config::{
        check,
        file::{self, File, Format, SignStyle},
    },
    runtime::{self, Running},
};
use nekonap_client::{
    Client, Config as ClientConfig, Event, Events, HttpSign, Known, Me, ServerKeys, SignProvider,
};
use nekonap_gateway::{
    Access, Config as GatewayConfig, Gateway, GatewayError, HttpServer, Protocol, Token, WsServer,
};
use nekonap_ids::Uin;
use nekonap_onebot::Form;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

pub(super) async fn run(options: &Run) -> Result<(), String> {
    let created = file::write_example(&options.config).map_err(|error| error.to_string())?;
    let file = file::read(&options.config).map_err(|error| error.to_string())?;
    let problems = check::problems(&file);
    if !problems.is_empty() {
        let path = options.config.display();
        return Err(format!("{path}:\n  {}", problems.join("\n  ")));
    }
    logs::start(&file.log)?;
    let mut stop = Stop::listen().map_err(|error| error.to_string())?;
    if created {
        let path = options.config.display();
        tracing::info!(%path, "a configuration with the defaults was written / 已写入默认配置");
    }
    let folder = Folder::open(&options.config, &file)?;
    let saved_owner = folder.account()?;
    let (store, known) = account::archive(Some(folder.0.clone()))
        .await
        .map_err(|error| error.to_string())?;
    let config = client_config(&file, &folder, known)?;
    let (client, mut events) = Client::start(config).map_err(|error| error.to_string())?;
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
            client.shutdown().await;
            store.close().await;
            screen.clear();
            return ended.map(|_| ());
        }
    };

    let endpoint = endpoint_config(&file);
    let (mut account, mut session) = Account::new(owner, client, events, store.of(owner), endpoint);
    let served = async {
        let (served, _announced) = listen(&mut account, &file, &folder, owner).await?;
        if let Some(terminal) = terminal {
            Terminal::show(&terminal.serving(&served));
        }
        tokio::select! {
            signal = stop.requested() => {
                tracing::info!(signal, "stopping");
                Ok(())
            }
            other = wait_for_other_account(&mut session, &mut screen, owner) => match other {
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
        screen.show(event);
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
    owner: Uin,
) -> Option<Uin> {
    while let Some(event) = session.recv().await {
        if let Event::LoggedIn(me) | Event::Online(me) = &event
            && me.uin != owner
        {
            return Some(me.uin);
        }
        screen.show(event);
    }
    None
}

fn client_config(file: &File, folder: &Folder, known: Known) -> Result<ClientConfig, String> {
    let mut config = ClientConfig {
        keystore: Some(folder.0.join("session.json")),
        known,
        ..ClientConfig::default()
    };
    if !file.qq.servers.is_empty() {
        let servers = file.qq.servers.iter().map(|server| server.parse());
        config.servers = servers
            .collect::<Result<_, _>>()
            .map_err(|error| format!("qq.servers: {error}"))?;
    }
    if let (Some(secp192k1), Some(p256)) = (&file.qq.secp192k1, &file.qq.p256) {
        config.keys = ServerKeys::from_hex(secp192k1, p256)
            .map_err(|error| format!("qq.secp192k1, qq.p256: {error}"))?;
    }
    if let Some(url) = file.qq.sign_url.as_deref().filter(|url| !url.is_empty()) {
        let style = match file.qq.sign_style {
            SignStyle::Plain => nekonap_client::SignStyle::Plain,
            SignStyle::Secured => nekonap_client::SignStyle::Secured,
        };
        let sign = HttpSign::new(url, style, file.qq.sign_token.clone())
            .map_err(|error| format!("qq.sign_url: {error}"))?;
        config.sign = Some(Arc::new(sign) as Arc<dyn SignProvider>);
    }
    Ok(config)
}

fn endpoint_config(file: &File) -> nekonap_endpoint::Config {
    nekonap_endpoint::Config {
        response_profile: file.onebot.response_profile,
        music_sign_url: file
            .onebot
            .music_sign_url
            .clone()
            .filter(|url| !url.is_empty()),
        ..nekonap_endpoint::Config::default()
    }
}

/// Opens the listeners and announces them to `nekonap call`.
async fn listen(
    account: &mut Account,
    file: &File,
    folder: &Folder,
    owner: Uin,
) -> Result<(Served, Option<runtime::Announcement>), String> {
    let text = match &file.onebot.token {
        Some(token) => token.clone(),
        None => token::saved_in(&folder.0)?,
    };
    let token = match text.as_str() {
        "" => None,
        text => Some(Token::new(text).map_err(|error| format!("onebot.token: {error}"))?),
    };
    let gateway = account
        .serve(gateway_config(file, token), Vec::new())
        .await
        .map_err(|error| match error {
            GatewayError::AddressInUse { entry, listen } => format!(
                "{entry}.listen: {listen} is in use, perhaps by another Nekonap: stop that program, or set another port (0 \
                 picks a free port)"
            ),
            other => other.to_string(),
        })?;
    for listening in gateway.listening() {
        let (entry, address) = (&listening.entry, listening.address);
        tracing::info!(account = %owner, entry, %address, "listening / 开始监听");
    }
    let served = Served {
        addresses: addresses(gateway),
        token: (!text.is_empty()).then(|| match file.onebot.token {
            Some(_) => "onebot.token".to_owned(),
            None => folder.0.join(token::FILE).display().to_string(),
        }),
    };
    let Some(http) = gateway.http() else {
        return Ok((served, None));
    };
    let bot = Running {
        self_id: owner,
        http: format!("http://{http}"),
        token: text,
    };
    let announced = runtime::announce(&runtime::directory(), &[bot])
        .inspect_err(|error| tracing::warn!(%error, "`nekonap call` cannot find this process"))
        .ok();
    Ok((served, announced))
}

/// The URLs that frameworks connect to.
fn addresses(gateway: &Gateway) -> Vec<String> {
    let listening = gateway.listening().iter();
    let urls = listening.map(|listening| {
        let scheme = match listening.protocol {
            Protocol::Http => "http",
            Protocol::Ws => "ws",
        };
        format!("{scheme}://{}", listening.address)
    });
    urls.collect()
}

fn gateway_config(file: &File, token: Option<Token>) -> GatewayConfig {
    let access = Access {
        token,
        ..Access::default()
    };
    let form = match file.onebot.format {
        Format::Array => Form::Array,
        Format::String => Form::String,
    };
    let http = file.http.enabled.then(|| HttpServer {
        name: "http".to_owned(),
        listen: file.http.listen.into(),
        access: access.clone(),
        form,
        ..HttpServer::default()
    });
    let ws = file.ws.enabled.then(|| WsServer {
        name: "ws".to_owned(),
        listen: file.ws.listen.into(),
        access,
        form,
        own_messages: file.onebot.report_self,
        heartbeat: (file.ws.heartbeat > 0).then(|| Duration::from_millis(file.ws.heartbeat)),
        ..WsServer::default()
    });
    GatewayConfig {
        http: http.into_iter().collect(),
        ws: ws.into_iter().collect(),
        ..GatewayConfig::default()
    }
}

/// The data folder of an account: `session.json`, `archive.db`, `account`, `token`, `qrcode.png`.
struct Folder(PathBuf);

impl Folder {
    /// Creates the folder if needed, with mode 0700.
    fn open(config: &Path, file: &File) -> Result<Self, String> {
        let beside = config.parent().unwrap_or(Path::new(""));
        let path = beside.join(&file.data);
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|error| {
            format!(
                "the data folder {} cannot be created: {error}. Set another folder with `data` in the configuration",
                path.display()
            )
        })?;
        Ok(Self(path))
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
