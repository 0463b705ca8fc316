//! How a sandbox is started.

use std::{net::SocketAddr, path::PathBuf};

use nekonap_ids::Uin;

/// How a sandbox is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// Directory of the world; `None` keeps it in memory only.
    pub directory: Option<PathBuf>,
    /// Where QQ clients connect; port 0 picks a free one.
    pub wire: SocketAddr,
    /// What a new world has in it. An existing world is left as it is.
    pub seed: Seed,
    /// Accounts that must exist: missing ones are created, without friends.
    pub accounts: Vec<Uin>,
}

/// What a new world has in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seed {
    /// Five people and three groups (api/sandbox §4).
    Demo,
    /// No people and no groups.
    Empty,
    /// What a JSON file says: [`seed::file`](crate::seed::file).
    File(PathBuf),
}
