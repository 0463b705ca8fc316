//! The entries of a running account: opens them, shows their addresses and announces them to `nekonap call`.

use super::{account::Process, folder::Folder};
use crate::{
    commands::terminal::{Served, Terminal},
    compose::{Account, token},
    config::{account::Account as Settings, findings::Findings, gateway::gateway},
    runtime::Running,
};
use nekonap_gateway::{Config as GatewayConfig, Gateway, Listening, Protocol, Token};
use nekonap_ids::Uin;

/// The account whose entries are opened.
pub(super) struct Listeners<'a> {
    /// Place of the account in the configuration.
    pub(super) index: usize,
    pub(super) owner: Uin,
    pub(super) folder: &'a Folder,
    pub(super) process: &'a Process,
}

impl Listeners<'_> {
    /// Opens the entries.
    ///
    /// # Errors
    ///
    /// A message for the user.
    pub(super) async fn open(
        &self,
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
        Ok(())
    }

    /// Opens and closes entries after a change of the configuration.
    ///
    /// # Errors
    ///
    /// A message for the user. Entries with an error are not open; the others are.
    pub(super) async fn change(
        &self,
        account: &mut Account,
        settings: &Settings,
    ) -> Result<(), String> {
        let generated = self.generated()?;
        let config = gateway(settings, &generated, &mut Findings::default());
        let tokens = Tokens::of(&config, &generated);
        let Some(gateway) = account.gateway_mut() else {
            return Ok(());
        };
        let errors = gateway
            .reload(config)
            .await
            .map_err(|error| error.to_string())?;
        self.announce(gateway, &tokens);
        if errors.is_empty() {
            return Ok(());
        }
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Err(errors.join("; "))
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
