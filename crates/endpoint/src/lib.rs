//! The meaning: OneBot actions and events over a QQ client.
//!
//! A [`Bot`] is one account. [`Bot::call`] runs an action: a typed function, found by its name. What happens to the account
//! is recorded in the archive and then put into an event log, which each connection reads with a [`Cursor`] of its own.
//! Nothing here listens, connects or serves: that is the gateway's.

#![allow(
    clippy::struct_field_names,
    reason = "the fields of parameters and replies are named as docs/api/actions.md names them"
)]

mod actions;
mod bot;
mod config;
mod error;
mod events;
mod forwarding;
mod guards;
mod incoming;
mod log;
mod media;
mod openapi;
mod outgoing;
mod quick;
pub mod reference;
mod segments;
#[cfg(test)]
mod testing;
mod vitals;

pub use bot::{Bot, Called, Caller};
pub use config::{Config, ConfigError, Profile};
pub use log::{Cursor, Next, Want};
pub use vitals::{Counter, Readiness, Stat, Status, Vitals};
