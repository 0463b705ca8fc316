//! A QQ client as an async library: it logs in, stays online, calls, and tells what happens.
//!
//! [`Client::start`] gives a cheap handle and a stream of typed [`Event`]s. Everything else is a method of the handle,
//! by subject: messages and their recall, history, forwards, reactions, friends, groups. The handle's calls go over one
//! connection, many at a time; the client reconnects and logs in again by itself, and fetches from history what was
//! said meanwhile.
//!
//! What travels is [`nekonap_wire`]'s, and is re-exported here as far as a user of this library meets it.

mod backoff;
mod cache;
mod client;
mod config;
mod connection;
mod counters;
mod error;
mod events;
mod extras;
mod forwards;
mod friends;
mod groups;
mod history;
mod http;
mod keystore;
mod login;
mod messages;
mod online;
mod session;
mod sign;
mod tickets;
mod web;

pub use cache::Members;
pub use client::Client;
pub use config::{Address, Config, ConfigError, ServerKeys, Timings};
pub use counters::Counters;
pub use error::{CallError, SendError, StartError};
pub use events::{Event, Events, Known, Message, Sender};
pub use extras::EssenceEntry;
pub use forwards::{Nest, Node};
pub use friends::{Category, Friend, FriendList, Sex, User};
pub use groups::{Group, Member, Role};
pub use keystore::KeystoreError;
pub use login::Me;
pub use messages::{MessageKey, Sending, SentMessage};
/// What a message is made of and what a notice says: the wire's own types.
pub use nekonap_wire::{
    codes,
    command::Refusal,
    commands::messages::{ReactionCount, ReactorPage},
    login::Profile,
    message,
    message::{Element, Emoji},
    push,
};
pub use sign::{
    CORE_COMMANDS, HttpSign, SignError, SignFuture, SignProvider, SignRequest, SignStyle, Signature,
};
pub use tickets::{Ticket, Tickets};
