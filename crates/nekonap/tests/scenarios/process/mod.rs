//! Scenarios with the real binary: the ready line, signals, `kill -9`, and error messages.

mod accounts;
mod command_line;
mod devices;
mod lost_account;
mod program;
mod proxied;
mod reload;
mod replay;
mod running;
#[cfg(unix)]
mod service;
mod survival;
