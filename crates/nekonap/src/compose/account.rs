//! One account: its client, its archive, its bot, and the listeners that frameworks connect to.

use nekonap_archive::{Archive, ArchiveError};
use nekonap_client::{Client, Event, Events, Known, Me};
use nekonap_endpoint::Bot;
use nekonap_gateway::{Gateway, GatewayError, Mount};
use std::path::Path;
use tokio::sync::mpsc;

/// Events about the session that wait for whoever shows them to a person.
const SESSION_EVENTS: usize = 16;

/// An account that serves frameworks.
pub struct Account {
    client: Client,
    archive: Archive,
    bot: Bot,
    gateway: Gateway,
}

/// What frameworks get to see of an account.
pub struct Surface {
    /// How actions behave.
    pub endpoint: nekonap_endpoint::Config,
    /// Where frameworks connect.
    pub gateway: nekonap_gateway::Config,
    /// What else is served on the HTTP listeners.
    pub mounts: Vec<Mount>,
}

/// Why an account does not serve.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The archive cannot be opened.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A listener cannot be opened.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
}
