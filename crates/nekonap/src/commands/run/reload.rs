//! Reloading the configuration: on SIGHUP, and when the file has changed. Accounts stay online; only entries that differ are
//! closed or opened (api/transports §11).

use crate::config::{
    Config, account::Account as Settings, check, file, findings::Findings, overrides::Overrides,
};
use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior, interval},
};

/// How often the file is looked at. It is read when it has been the same twice: an editor may write it in several steps.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// What shows that a file has changed. `None` if it does not exist, as for a moment when an editor replaces it.
type Stamp = Option<(SystemTime, u64)>;

/// Notices when the configuration should be read again.
pub(super) struct Trigger {
    path: PathBuf,
    polls: Interval,
    /// Of the contents that were read last.
    read: Stamp,
    /// At the last poll.
    seen: Stamp,
    #[cfg(unix)]
    hangup: tokio::signal::unix::Signal,
}

impl Trigger {
    /// # Errors
    ///
    /// The system refuses to install a signal handler.
    pub(super) fn new(path: &Path) -> std::io::Result<Self> {
        let mut polls = interval(POLL_INTERVAL);
        polls.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let stamp = stamp(path);
        Ok(Self {
            path: path.to_path_buf(),
            polls,
            read: stamp,
            seen: stamp,
            #[cfg(unix)]
            hangup: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?,
        })
    }

    /// Waits until the configuration should be read; returns why. May be cancelled and called again.
    pub(super) async fn wait(&mut self) -> &'static str {
        loop {
            #[cfg(unix)]
            tokio::select! {
                Some(()) = self.hangup.recv() => {
                    self.read = stamp(&self.path);
                    self.seen = self.read;
                    return "SIGHUP";
                }
                _ = self.polls.tick() => {}
            }
            #[cfg(not(unix))]
            self.polls.tick().await;
            let now = stamp(&self.path);
            let settled = now == self.seen;
            self.seen = now;
            if settled && now.is_some() && now != self.read {
                self.read = now;
                return "the file has changed";
            }
        }
    }
}

fn stamp(path: &Path) -> Stamp {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// The running accounts, and how they get their new settings.
pub(super) struct Reloader {
    path: PathBuf,
    overrides: Overrides,
    /// The configuration that applies. What needs a restart stays as it was at the start.
    current: Config,
    accounts: Vec<watch::Sender<Settings>>,
}

impl Reloader {
    pub(super) fn new(
        path: &Path,
        overrides: &Overrides,
        config: Config,
        accounts: Vec<watch::Sender<Settings>>,
    ) -> Self {
        Self {
            path: path.to_path_buf(),
            overrides: overrides.clone(),
            current: config,
            accounts,
        }
    }

    /// Reads the file and passes changed entries to the accounts. A file with a problem changes nothing.
    pub(super) fn reload(&mut self, reason: &str) {
        let path = self.path.display();
        tracing::info!(%path, reason, "reading the configuration again / 重新读取配置");
        let read = file::read(&self.path, &self.overrides).map_err(|error| vec![error.to_string()]);
        let (config, findings) = match read.map(|config| (check::check(&config), config)) {
            Ok((findings, config)) if findings.problems.is_empty() => (config, findings),
            Ok((Findings { problems, .. }, _)) | Err(problems) => {
                for problem in problems {
                    tracing::error!(%path, problem, "the configuration has a problem; nothing was changed / 配置有误,未作更改");
                }
                return;
            }
        };
        for warning in findings.warnings {
            tracing::warn!(%path, warning, "the configuration / 配置");
        }
        let mut late = Vec::new();
        if config.log != self.current.log {
            late.push("log".to_owned());
        }
        for (running, sender) in self.current.accounts.iter_mut().zip(&self.accounts) {
            let wanted = config.accounts.iter();
            let mut same = wanted.filter(|wanted| wanted.folder == running.folder);
            let Some(wanted) = same.next() else {
                late.push(format!("{}data", running.prefix));
                continue;
            };
            late.extend(needs_restart(running, wanted));
            let settings = with_entries_of(running, wanted);
            if settings != *running {
                *running = settings.clone();
                // The send fails if the account has stopped.
                let _ = sender.send(settings);
            }
        }
        if config.accounts.len() > self.accounts.len() {
            late.push("account".to_owned());
        }
        if !late.is_empty() {
            tracing::warn!(
                %path, keys = late.join(", "),
                "these keys have changed, but apply only after a restart / 这些项重启后才生效"
            );
        }
    }
}

/// The settings of `running` with the entries of `wanted` and their defaults.
fn with_entries_of(running: &Settings, wanted: &Settings) -> Settings {
    let mut onebot = wanted.onebot.clone();
    onebot.keep_bot_of(&running.onebot);
    Settings {
        data: running.data.clone(),
        uin: running.uin,
        qq: running.qq.clone(),
        sends: running.sends.clone(),
        events: running.events,
        on_offline: running.on_offline.clone(),
        folder: running.folder.clone(),
        onebot,
        ..wanted.clone()
    }
}

/// The keys that differ and that are read only at the start.
fn needs_restart(running: &Settings, wanted: &Settings) -> Vec<String> {
    let mut bot = wanted.onebot.clone();
    bot.keep_bot_of(&running.onebot);
    let keys = [
        ("uin", running.uin != wanted.uin),
        ("qq", running.qq != wanted.qq),
        ("sends", running.sends != wanted.sends),
        ("events", running.events != wanted.events),
        ("on_offline", running.on_offline != wanted.on_offline),
        ("onebot", bot != wanted.onebot),
    ];
    keys.iter()
        .filter(|(_, differs)| *differs)
        .map(|(key, _)| format!("{}{key}", running.prefix))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        file::parse(Path::new("nekonap.toml"), text, &Overrides::default())
            .unwrap_or_else(|error| panic!("{error}"))
    }

    fn restart(before: &str, after: &str) -> Vec<String> {
        needs_restart(&config(before).accounts[0], &config(after).accounts[0])
    }

    #[test]
    fn keys_that_need_a_restart_are_named() {
        assert_eq!(
            restart("", "uin = 10001\n[qq]\nsign_url = \"http://h/\"\n"),
            ["uin", "qq"]
        );
        let bot = "[onebot]\nquick_reply_quote = false\n";
        assert_eq!(restart("", bot), ["onebot"]);
        let entries =
            "[onebot]\ntoken = \"x\"\nformat = \"string\"\n[[http]]\nlisten = \"127.0.0.1:1\"\n";
        assert_eq!(restart("", entries), [""; 0]);
    }

    #[test]
    fn what_needs_a_restart_stays_as_it_was() {
        let before =
            config("[onebot]\nquick_reply_quote = false\n[qq]\nsign_url = \"http://h/\"\n");
        let after = config("[onebot]\ntoken = \"x\"\n[[ws]]\nlisten = \"127.0.0.1:1\"\n");
        let (before, after) = (&before.accounts[0], &after.accounts[0]);
        let settings = with_entries_of(before, after);
        assert_eq!(settings.qq, before.qq);
        assert!(!settings.onebot.quick_reply_quote);
        assert_eq!(settings.onebot.token.as_deref(), Some("x"));
        assert_eq!(settings.ws, after.ws);
        assert_eq!(needs_restart(&settings, before), [""; 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn replaced_file_is_noticed_once_and_a_missing_one_is_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("nekonap.toml");
        std::fs::write(&path, "one").expect("written");
        let mut trigger = Trigger::new(&path).expect("a trigger");
        std::fs::remove_file(&path).expect("removed");
        let minute = Duration::from_secs(60);
        let waited = tokio::time::timeout(minute, trigger.wait()).await;
        assert!(waited.is_err(), "the file is missing");
        std::fs::write(&path, "another").expect("written");
        let reason = tokio::time::timeout(minute, trigger.wait()).await;
        assert_eq!(reason, Ok("the file has changed"));
        let again = tokio::time::timeout(minute, trigger.wait()).await;
        assert!(again.is_err(), "it has not changed again");
    }
}
