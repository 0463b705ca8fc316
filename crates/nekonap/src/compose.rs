//! How the crates are put together, and taken apart again: no new calls, running ones end, the archive commits, sockets
//! close, the client goes offline, the sandbox last.

mod account;
mod world;

pub use account::{Account, AccountError, Surface};
pub use world::{SandboxWorld, StartFailed};
