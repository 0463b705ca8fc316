//! One account: its client, its archive, its bot, and the listeners that frameworks connect to.

use nekonap_archive::{Archive, ArchiveError, Config as ArchiveConfig, Store};
use nekonap_client::{Client, Event, Events, Known};
use nekonap_endpoint::Bot;
use nekonap_gateway::{Gateway, GatewayError, Mount};
use nekonap_ids::Uin;
use std::path::PathBuf;
use tokio::sync::mpsc;

/// An account that serves frameworks, once [`Account::serve`] was called.
pub struct Account {
    client: Client,
    archive: Archive,
    bot: Bot,
    gateway: Option<Gateway>,
}

/// What is told of the log-in itself: QR codes, kicks, expired sessions. Whoever shows them to a person reads it.
pub type Session = mpsc::Receiver<Event>;

/// Opens the archive of an account. Also returns what its client has received before, so that the client can fetch what
/// was said since. A file that is no database is moved aside, and the log says so.
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
            "the archive cannot be read: it was moved aside, and a new one begins. Messages that it held are unknown until they are seen again, with the same ids"
        );
    }
    let known = Known {
        newest: store.last_sequences().await?,
        since: store.recents(1).await?.first().map(|recent| recent.time),
    };
    Ok((store, known))
}

impl Account {
    /// Puts a bot between a client that runs and an archive. Nothing listens yet.
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

    /// The client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Opens the listeners.
    ///
    /// # Errors
    ///
    /// When one cannot be opened; none is open then.
    pub async fn serve(
        &mut self,
        config: nekonap_gateway::Config,
        mounts: Vec<Mount>,
    ) -> Result<&Gateway, GatewayError> {
        let gateway = Gateway::start(config, self.bot.clone(), mounts).await?;
        Ok(self.gateway.insert(gateway))
    }

    /// The listeners, if they are open.
    pub fn gateway(&self) -> Option<&Gateway> {
        self.gateway.as_ref()
    }

    /// No new calls; running ones have 5 s; sockets close; the client says goodbye; the archive commits and closes.
    pub async fn shutdown(self) {
        if let Some(gateway) = self.gateway {
            gateway.shutdown().await;
        }
        self.bot.shutdown().await;
        self.client.shutdown().await;
        self.archive.close().await;
    }
}
