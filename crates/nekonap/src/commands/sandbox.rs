//! `nekonap sandbox`: starts a sandbox with its bots and prints the ready line.

use super::{logs, signals::Stop, terminal::Terminal};
use crate::{
    cli::Sandbox,
    compose::SandboxWorld,
    config::log::Log,
    runtime::{self, Running},
};
use std::io::{self, Write};

pub(super) async fn sandbox(options: &Sandbox) -> Result<(), String> {
    let _log_file = logs::start(&Log::default())?;
    let mut stop = Stop::listen().map_err(|error| error.to_string())?;
    let mut world = SandboxWorld::start(options)
        .await
        .map_err(|error| error.to_string())?;
    let ready = world.ready().clone();
    let bots: Vec<Running> = ready
        .bots
        .iter()
        .map(|bot| Running {
            self_id: bot.self_id,
            http: bot.http.clone(),
            token: ready.token.clone(),
        })
        .collect();
    let announcement = runtime::announce(&runtime::directory(), &bots)
        .inspect_err(|error| tracing::warn!(%error, "`nekonap call` cannot find this process"))
        .ok();
    let line = serde_json::to_string(&ready).map_err(|error| error.to_string())?;
    let written = {
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{line}").and_then(|()| stdout.flush())
    };
    let outcome = match written {
        Ok(()) => {
            if let Some(terminal) = Terminal::of_stderr() {
                Terminal::show(&terminal.greeting(&ready));
            }
            tokio::select! {
                signal = stop.requested() => tracing::info!(signal, "stopping"),
                () = world.exited() => tracing::info!("all bots have exited: stopping"),
            }
            Ok(())
        }
        Err(error) => Err(format!(
            "the ready line cannot be written to stdout: {error}"
        )),
    };
    drop(announcement);
    world.shutdown().await;
    outcome
}
