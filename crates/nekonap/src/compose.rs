//! How the crates are put together, and taken apart again: no new calls, running ones end, sockets close, the client goes
//! offline, the archive commits, the sandbox last.

pub mod account;
mod page;
pub mod token;
mod world;

pub use account::Account;
pub use world::{SandboxWorld, StartFailed};
