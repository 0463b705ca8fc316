//! `nekonap run`: logs in QQ accounts and serves their frameworks. Each account has its own task; one that cannot go on does not
//! stop the others.

mod account;
mod folder;
mod listen;
mod reload;

use super::{logs, signals::Stop, terminal::Terminal};
use crate::{
    cli::Run,
    config::{check, file},
    notify::Notifier,
    runtime::{self, Announcer},
    watchdog::Watchdog,
};
use account::Process;
use nekonap_endpoint::ConfigReload;
use reload::{Reloader, Trigger};
use std::{pin::Pin, sync::Arc};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// Calls of `reload_event_filter` that wait until the file is read. While the queue is full, calls wait.
const RELOAD_QUEUE: usize = 16;

pub(super) async fn run(options: &Run) -> Result<(), String> {
    let path = options.config.display();
    let created = file::write_example(&options.config).map_err(|error| error.to_string())?;
    let config =
        file::read(&options.config, &options.overrides).map_err(|error| error.to_string())?;
    let findings = check::check(&config);
    if !findings.problems.is_empty() {
        return Err(format!("{path}:\n  {}", findings.problems.join("\n  ")));
    }
    let _log_file = logs::start(&config.log)?;
    let mut stop = Stop::listen().map_err(|error| error.to_string())?;
    let watchdog = Watchdog::start(Notifier::from_environment());
    if created {
        tracing::info!(%path, "a configuration with the defaults was written / 已写入默认配置");
    }
    for warning in findings.warnings {
        tracing::warn!(%path, warning, "the configuration / 配置");
    }
    let (requests, mut reloads) = mpsc::channel(RELOAD_QUEUE);
    let process = Arc::new(Process {
        reload: ConfigReload {
            path: options.config.clone(),
            requests,
        },
        stopping: CancellationToken::new(),
        announcer: Announcer::new(runtime::directory()),
        terminal: Terminal::of_stderr(),
        several: config.accounts.len() > 1,
        watchdog,
    });
    let mut trigger = Trigger::new(&options.config).map_err(|error| error.to_string())?;
    let mut accounts = JoinSet::new();
    let mut senders = Vec::new();
    for (index, settings) in config.accounts.iter().enumerate() {
        let label = account::label(settings, None);
        let (sender, changes) = reload::Account::new(settings.clone());
        senders.push(sender);
        let process = Arc::clone(&process);
        accounts.spawn(async move {
            let outcome = Box::pin(account::run(index, changes, process)).await;
            (label, outcome)
        });
    }
    let mut reloader = Reloader::new(&options.config, &options.overrides, config, senders);
    process.watchdog.ready();
    // The reload that is being applied.
    let mut applying: Option<Pin<Box<dyn Future<Output = ()> + Send>>> = None;
    let mut failed = false;
    loop {
        tokio::select! {
            signal = stop.requested() => {
                tracing::info!(signal, "stopping");
                process.watchdog.stopping();
                process.stopping.cancel();
                while accounts.join_next().await.is_some() {}
                return Ok(());
            }
            reason = trigger.wait() => {
                process.watchdog.reloading();
                applying = Some(Box::pin(reloader.reload(reason)));
            }
            Some(request) = reloads.recv() => {
                process.watchdog.reloading();
                let outcome = reloader.read("reload_event_filter");
                // The caller may have gone.
                let _ = request.send(outcome);
                applying = Some(Box::pin(reloader.applied()));
            }
            () = async { match &mut applying {
                Some(reload) => reload.await,
                None => std::future::pending().await,
            } } => {
                applying = None;
                process.watchdog.ready();
            }
            ended = accounts.join_next() => {
                let error = match ended {
                    None if failed => return Err("no account is running any more / 所有账号都已停止".to_owned()),
                    None => {
                        tracing::info!("all accounts have exited: stopping / 所有账号都已退出");
                        process.watchdog.stopping();
                        return Ok(());
                    }
                    Some(Ok((_, Ok(())))) => continue,
                    Some(Ok((_, Err(error)))) if !process.several => return Err(error),
                    Some(Ok((label, Err(error)))) => format!("{label}: {error}"),
                    Some(Err(error)) => format!("an internal error: {error}"),
                };
                failed = true;
                tracing::error!(error, "an account has stopped; the others go on / 一个账号已停止,其余账号不受影响");
            }
        }
    }
}
