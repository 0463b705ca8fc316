//! The server of the wire port, a TCP port that serves both the QQ protocol and QQ's web pages (api/sandbox §7).

mod connection;
mod gate;
mod highway;
mod keyring;
mod listen;
mod login;
mod outbound;
mod web;

pub(crate) use connection::Connection;
pub(crate) use gate::ConnectionGate;
pub(crate) use keyring::Keyring;
pub(crate) use listen::{Server, bind};
#[cfg(test)]
pub(crate) use login::SERVED;
pub(crate) use login::ServerKeys;
pub(crate) use outbound::{Outbound, Seal};
pub(crate) use web::file_response;
