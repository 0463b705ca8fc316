//! Connects the crates to each other and shuts them down in order: new calls are refused, running calls finish, sockets
//! close, the client goes offline, the archive commits, and the sandbox stops last.

pub mod account;
mod page;
pub mod token;
mod world;

pub use account::Account;
pub use world::{SandboxWorld, StartFailed};
