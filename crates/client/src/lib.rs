//! A QQ client as an async library.

mod backoff;
mod config;
mod error;
mod events;
mod friends;
mod groups;
mod keystore;
mod login;
mod sign;

pub use config::{Address, Config, ConfigError, ServerKeys, Timings};
pub use error::{CallError, SendError, StartError};
pub use events::{
    Essence, Event, Events, GroupRecall, Known, Message, Person, Poke, PrivateRecall, Reaction,
    Sender, Typing,
};
pub use friends::{Category, Friend, FriendList, Sex, User};
pub use groups::{Group, Member, Role};
pub use keystore::KeystoreError;
pub use login::Me;
pub use nekonap_wire::{command::Refusal, login::Profile};
pub use sign::{
    CORE_COMMANDS, HttpSign, SignError, SignFuture, SignProvider, SignRequest, SignStyle, Signature,
};
