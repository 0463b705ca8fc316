//! The `nekonap` program as a library: the command line, the configuration file, and how the other crates are put
//! together. Its scenarios run it in their own process.

pub mod cli;
pub mod commands;
pub mod compose;
pub mod config;
pub mod language;
pub mod ready;
pub mod runtime;

use clap::Parser;
use std::{
    io::{self, Write},
    process::ExitCode,
};

/// What must be there before anything else: the TLS provider. May be called more than once.
pub fn prepare() {
    // The second call finds the first one's provider, which is the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Runs the program: exit code 0 when all went well, 1 otherwise, 2 for a wrong command line.
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
