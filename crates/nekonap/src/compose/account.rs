//! An account with its client, archive, bot and gateway.

use nekonap_archive::{Archive, ArchiveError, Config as ArchiveConfig, Store};
use nekonap_client::{Client, Event, Events, Known};
use nekonap_endpoint::{Bot, ConfigReload};
use nekonap_gateway::{Gateway, GatewayError, Mount};
use nekonap_ids::Uin;
use std::path::PathBuf;
use tokio::sync::mpsc;

/// A running account. It accepts connections from frameworks after [`Account::serve`].
pub struct Account {
    client: Client,
    archive: Archive,
    bot: Bot,
    gateway: Option<Gateway>,
}

/// Events of the session: QR codes, kicks, expired sessions. The caller shows them to the user.
pub type Session = mpsc::Receiver<Event>;

/// Opens the archive of an account. Also returns the last sequences that its client has received, so that the client can
/// fetch newer messages. A file that is not a database is moved aside and logged.
///
/// # Errors
///
/// When the folder is in use by another process, or cannot be read or written.
pub async fn archive(directory: Option<PathBuf>) -> Result<(Store, Known), ArchiveError> {
    let config = ArchiveConfig {
        directory,
        ..ArchiveConfig::default()
    };
    let (store, set_aside) = Store::open(config).await?;
    if let Some(aside) = set_aside {
        tracing::error!(
            from = %aside.from.display(),
            to = %aside.to.display(),
            reason = aside.reason,
            "the archive cannot be read: it was moved aside, and a new one was created. Its messages are unknown until they are received again; their ids stay the same"
        );
    }
    let known = Known {
        newest: store.last_sequences().await?,
        since: store.recents(1).await?.first().map(|recent| recent.time),
    };
    Ok((store, known))
}

impl Account {
    /// Starts a bot on a running client and an archive. Does not open listeners.
    pub fn new(
        account: Uin,
        client: Client,
        events: Events,
        archive: Archive,
        config: nekonap_endpoint::Config,
    ) -> (Self, Session) {
        let (bot, session) = Bot::start(account, client.clone(), events, archive.clone(), config);
        let account = Self {
            client,
            archive,
            bot,
            gateway: None,
        };
        (account, session)
    }

    /// The account's client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Replaces the settings of the bot.
    pub fn configure(&self, config: nekonap_endpoint::Config) {
        self.bot.configure(config);
    }

    /// Lets `reload_event_filter` have the configuration read again.
    pub fn set_reload(&self, reload: ConfigReload) {
        self.bot.set_reload(reload);
    }

    /// Waits until a framework calls `bot_exit`: the account is to be shut down. Cancel safe.
    pub async fn exit_requested(&self) {
        self.bot.exit_requested().await;
    }

    /// Takes the account offline, but keeps its listeners open: calls fail from now on, running ones have 5 s to finish, and
    /// WebSockets close.
    pub async fn sign_off(&self) {
        self.bot.shutdown().await;
        self.client.shutdown().await;
    }

    /// Starts the gateway: opens its listeners and connects to frameworks.
    ///
    /// # Errors
    ///
    /// When a listener cannot be opened. No listener stays open then.
    pub async fn serve(
        &mut self,
        config: nekonap_gateway::Config,
        mounts: Vec<Mount>,
    ) -> Result<&Gateway, GatewayError> {
        let gateway = Gateway::start(config, self.bot.clone(), mounts).await?;
        Ok(self.gateway.insert(gateway))
    }

    /// The gateway, if it was started.
    pub fn gateway(&self) -> Option<&Gateway> {
        self.gateway.as_ref()
    }

    /// The gateway, if it was started, to change its configuration.
    pub fn gateway_mut(&mut self) -> Option<&mut Gateway> {
        self.gateway.as_mut()
    }

    /// Shuts down in order: new calls are refused, running calls have 5 s to finish, sockets close, the client goes offline,
    /// the archive commits and closes.
    pub async fn shutdown(self) {
        if let Some(gateway) = self.gateway {
            gateway.shutdown().await;
        }
        self.bot.shutdown().await;
        self.client.shutdown().await;
        self.archive.close().await;
    }
}
