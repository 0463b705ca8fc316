//! Reading the configuration again for `reload_event_filter` (api/actions §3.16).

use std::path::PathBuf;

use tokio::sync::{mpsc, oneshot};

/// A request to read the configuration file again: the owner answers when it is read, or with its problems. A file with a problem
/// changes nothing.
pub type ReloadRequest = oneshot::Sender<Result<(), String>>;

/// How a bot has its process read the configuration again.
#[derive(Debug, Clone)]
pub struct ConfigReload {
    /// The configuration file.
    pub path: PathBuf,
    /// The owner's queue of requests.
    pub requests: mpsc::Sender<ReloadRequest>,
}
