//! The entries of a running account: opens them, shows their addresses and announces them to `nekonap call`. Those that cannot be
//! opened after a change of the configuration are tried again.

use super::{account::Process, folder::Folder};
use crate::{
    commands::terminal::{Served, Terminal},
    compose::{Account, token},
    config::{account::Account as Settings, findings::Findings, gateway::gateway},
    runtime::Running,
    watchdog::Watched,
};
use nekonap_gateway::{Config as GatewayConfig, Gateway, GatewayError, Listening, Protocol, Token};
use nekonap_ids::Uin;
use std::time::Duration;

/// Time between two attempts to open an entry.
pub(super) const RETRY_INTERVAL: Duration = Duration::from_secs(5);

/// The account whose entries are opened.
pub(super) struct Listeners<'a> {
    /// Place of the account in the configuration.
    index: usize,
    owner: Uin,
    folder: &'a Folder,
    process: &'a Process,
    /// Shows in the status what cannot be opened.
    watched: &'a Watched,
    tokens: Tokens,
    /// Why entries could not be opened.
    failed: Vec<String>,
}

impl<'a> Listeners<'a> {
    pub(super) fn new(
        (index, owner): (usize, Uin),
        folder: &'a Folder,
        process: &'a Process,
        watched: &'a Watched,
    ) -> Self {
        Self {
            index,
            owner,
            folder,
            process,
            watched,
            tokens: Tokens::default(),
            failed: Vec::new(),
        }
    }

    /// Opens the entries.
    ///
    /// # Errors
    ///
    /// A message for the user.
    pub(super) async fn open(
        &mut self,
        account: &mut Account,
        settings: &Settings,
    ) -> Result<(), String> {
        let generated = self.generated()?;
        let config = gateway(settings, &generated, &mut Findings::default());
        let tokens = Tokens::of(&config, &generated);
        let gateway = account
            .serve(config, Vec::new())
            .await
            .map_err(|error| error.to_string())?;
        self.announce(gateway, &tokens);
        self.tokens = tokens;
        Ok(())
    }

    /// Opens and closes entries after a change of the configuration. Those that cannot be opened are logged, and are tried again
    /// by [`Listeners::retry`].
    ///
    /// # Errors
    ///
    /// A message for the user. Nothing was changed then.
    pub(super) async fn change(
        &mut self,
        account: &mut Account,
        settings: &Settings,
    ) -> Result<(), String> {
        let generated = self.generated()?;
        let config = gateway(settings, &generated, &mut Findings::default());
        let tokens = Tokens::of(&config, &generated);
        let Some(gateway) = account.gateway_mut() else {
            return Ok(());
        };
        let errors = gateway.reload(config).await;
        let errors = errors.map_err(|error| error.to_string())?;
        self.announce(gateway, &tokens);
        self.tokens = tokens;
        self.failed = Vec::new();
        self.note(&errors);
        Ok(())
    }

    /// Whether an entry could not be opened.
    pub(super) fn is_incomplete(&self) -> bool {
        !self.failed.is_empty()
    }

    /// Tries again to open the entries that could not be opened.
    pub(super) async fn retry(&mut self, account: &mut Account) {
        let Some(gateway) = account.gateway_mut() else {
            return;
        };
        let errors = gateway.retry().await;
        if errors.len() < self.failed.len() {
            self.announce(gateway, &self.tokens);
        }
        self.note(&errors);
    }

    /// Logs the errors that are new, and shows all of them in the status.
    fn note(&mut self, errors: &[GatewayError]) {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        for error in errors.iter().filter(|error| !self.failed.contains(error)) {
            tracing::error!(
                account = %self.owner, error,
                "an entry cannot be opened; it is tried again every {} s / 无法打开一个连接,将持续重试",
                RETRY_INTERVAL.as_secs()
            );
        }
        self.watched.set_trouble(errors.join("; "));
        self.failed = errors;
    }

    /// The token of servers that have none in the configuration.
    fn generated(&self) -> Result<Token, String> {
        let text = token::saved_in(self.folder.path())?;
        Token::new(text).map_err(|error| error.to_string())
    }

    fn announce(&self, gateway: &Gateway, tokens: &Tokens) {
        for listening in gateway.listening() {
            let (entry, address) = (&listening.entry, listening.address);
            tracing::info!(account = %self.owner, entry, %address, "listening / 开始监听");
        }
        if let Some(terminal) = self.process.terminal {
            let served = Served {
                addresses: gateway.listening().iter().map(Listening::url).collect(),
                token: match (tokens.generated, tokens.configured) {
                    (true, _) => Some(self.folder.path().join(token::FILE).display().to_string()),
                    (false, true) => Some("nekonap.toml".to_owned()),
                    (false, false) => None,
                },
            };
            Terminal::show(&terminal.serving(&served));
        }
        let mut listening = gateway.listening().iter();
        let http = listening.find(|listening| listening.protocol == Protocol::Http);
        let running = http.map(|http| Running {
            self_id: self.owner,
            http: http.url(),
            token: tokens.http.clone(),
        });
        self.process.announcer.set(self.index, running);
    }
}

/// The tokens of an account's servers.
#[derive(Default)]
struct Tokens {
    /// A server requires the generated one.
    generated: bool,
    /// A server requires one of the configuration.
    configured: bool,
    /// That of the first HTTP server; empty if it requires none.
    http: String,
}

impl Tokens {
    fn of(config: &GatewayConfig, generated: &Token) -> Self {
        let http = config.http.iter().map(|entry| &entry.access.token);
        let ws = config.ws.iter().map(|entry| &entry.access.token);
        let all: Vec<&Token> = http.clone().chain(ws).flatten().collect();
        Self {
            generated: all.contains(&generated),
            configured: all.iter().any(|token| *token != generated),
            http: http
                .take(1)
                .flatten()
                .map(|token| token.reveal().to_owned())
                .collect(),
        }
    }
}
