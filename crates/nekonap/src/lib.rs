//! The `nekonap` program as a library: the command line, the configuration file, and the connections between the other
//! crates. It is a library so that the scenario tests can run it in their own process.

pub mod cli;
pub mod commands;
pub mod compose;
pub mod config;
pub mod language;
pub mod napcat;
pub mod notify;
pub mod ready;
pub mod runtime;
pub mod watchdog;

use clap::Parser;
use std::{
    io::{self, Write},
    process::ExitCode,
};

/// Installs the TLS provider; must be called before anything else. May be called more than once.
pub fn prepare() {
    // A second call fails because the same provider is already installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Runs the program. The exit code is 0 on success, 1 on an error, and 2 for a wrong command line.
pub fn main() -> ExitCode {
    prepare();
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match commands::dispatch(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(io::stderr(), "nekonap: {message}");
            ExitCode::FAILURE
        }
    }
}
