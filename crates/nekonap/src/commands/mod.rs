//! The subcommands.

pub mod actions;
pub mod call;
mod check_config;
mod import_napcat;
mod logs;
mod on_offline;
mod qr;
mod run;
mod sandbox;
mod signals;
mod terminal;

use crate::{cli::Command, language::Language};
use std::io::{self, Write};

/// Runs a subcommand until it ends.
///
/// # Errors
///
/// A message for the user.
pub fn dispatch(command: Command) -> Result<(), String> {
    match command {
        Command::Sandbox(options) => runtime()?.block_on(sandbox::sandbox(&options)),
        Command::Run(options) => runtime()?.block_on(run::run(&options)),
        Command::Call(options) => {
            let data = runtime()?
                .block_on(call::call(options))
                .map_err(|error| error.to_string())?;
            let text = serde_json::to_string_pretty(&data).map_err(|error| error.to_string())?;
            writeln!(io::stdout(), "{text}").map_err(|error| error.to_string())
        }
        Command::Actions(options) => {
            let language = options.lang.unwrap_or_else(Language::of_environment);
            let text = actions::text(options.name.as_deref(), language)?;
            match io::stdout().write_all(text.as_bytes()) {
                // The reader, such as `head`, does not need the rest.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                written => written.map_err(|error| error.to_string()),
            }
        }
        Command::CheckConfig(options) => check_config::check_config(&options),
        Command::ImportNapcat(options) => import_napcat::import_napcat(&options),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("nekonap")
        .build()
        .map_err(|error| format!("cannot start the runtime: {error}"))
}
