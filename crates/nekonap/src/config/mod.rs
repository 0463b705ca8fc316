//! The configuration of `nekonap run`: a TOML file, with environment variables and flags over it.

pub mod account;
pub mod check;
pub mod connection;
pub mod durations;
pub mod entries;
pub mod file;
pub mod findings;
pub mod gateway;
pub mod log;
pub mod media;
pub mod metrics;
pub mod on_offline;
pub mod onebot;
pub mod overrides;
pub mod qq;
pub mod schema;
pub mod sends;
pub mod sizes;
#[cfg(test)]
mod tests;
mod units;

use account::Account;
use log::Log;

/// The configuration of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Logging.
    pub log: Log,
    /// The accounts: at least one.
    pub accounts: Vec<Account>,
}
