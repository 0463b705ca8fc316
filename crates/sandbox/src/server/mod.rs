//! The wire port: one TCP port is the whole of QQ for a client (`api/sandbox.md`, "The wire port").

mod connection;
mod doors;
mod keyring;
mod listen;
mod login;
mod parcel;
mod web;

pub(crate) use connection::Connection;
pub(crate) use doors::Doors;
pub(crate) use keyring::Keyring;
pub(crate) use listen::{Server, bind};
#[cfg(test)]
pub(crate) use login::SERVED;
pub(crate) use login::ServerKeys;
pub(crate) use parcel::{Parcel, Seal};
