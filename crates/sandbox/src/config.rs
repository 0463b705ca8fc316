//! How a sandbox is started.

use std::{net::SocketAddr, path::PathBuf};

use nekonap_ids::Uin;

/// How a sandbox is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the world is kept; `None` keeps it in memory, gone with the sandbox.
    pub directory: Option<PathBuf>,
    /// Where QQ clients connect; port 0 picks a free one.
    pub wire: SocketAddr,
    /// What a new world has in it. A world that is there already is left as it is.
    pub seed: Seed,
    /// Accounts that must be there: who is not comes into the world, without friends.
    pub accounts: Vec<Uin>,
}

/// What a new world has in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seed {
    /// Five people and three groups (api/sandbox §4).
    Demo,
    /// Nobody.
    Empty,
    /// What a JSON file says: [`seed::file`](crate::seed::file).
    File(PathBuf),
}
