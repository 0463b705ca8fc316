//! OneBot actions and events of a QQ account.
//!
//! A [`Bot`] is one account. [`Bot::call`] runs an action: a typed function, found by its name. Events of the account
//! are recorded in the archive and then appended to an event log, which each connection reads with its own [`Cursor`].
//! This crate opens no sockets: connections to frameworks are the gateway's.

#![allow(
    clippy::struct_field_names,
    reason = "fields of parameters and replies have the names of docs/api/actions.md"
)]

mod actions;
mod avatars;
mod bot;
mod calls;
mod config;
mod connections;
mod echoes;
mod error;
mod events;
mod flags;
mod forwarding;
mod guards;
mod incoming;
mod journal;
mod log;
mod media;
mod metrics;
mod openapi;
mod outgoing;
mod pacing;
mod polling;
mod quick;
pub mod reference;
mod reload;
mod restart;
mod segments;
#[cfg(test)]
mod testing;
mod uploads;
mod vitals;

pub use bot::{Bot, Called, Caller, Frames};
pub use calls::{ActionCalls, CALL_BUCKETS};
pub use config::{Config, ConfigError, OptionalEvents, Profile};
pub use connections::{ConnectionCounts, Connections, OpenConnection};
pub use log::{Cursor, Next, Want};
pub use media::{MediaConfig, ProxyUrl};
pub use metrics::{MetricKind, Metrics};
pub use nekonap_archive::Subscriber;
pub use reload::{ConfigReload, ReloadRequest};
pub use vitals::{Counter, Readiness, Stat, Status, Vitals};
