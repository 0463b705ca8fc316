//! Configuration of a sandbox.

use std::{net::SocketAddr, path::PathBuf};

use nekonap_ids::Uin;

/// Configuration of a [`Sandbox`](crate::Sandbox).
#[derive(Debug, Clone)]
pub struct Config {
    /// Directory of the world's database, `world.db`. With `None` the world exists only in memory.
    pub directory: Option<PathBuf>,
    /// Address that QQ clients connect to. Port 0 picks a free port.
    pub wire: SocketAddr,
    /// Initial content of a new world. An existing world is not changed.
    pub seed: Seed,
    /// Accounts that must exist. Missing ones are created without friends.
    pub accounts: Vec<Uin>,
}

/// Initial content of a new world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seed {
    /// Five people and three groups (api/sandbox §4).
    Demo,
    /// No people and no groups.
    Empty,
    /// The content of a JSON file; [`seed::file`](crate::seed::file) describes its format.
    File(PathBuf),
}
