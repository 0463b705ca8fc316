//! Reloading the configuration: on SIGHUP, and when the file has changed. Accounts stay online; only entries that differ are
//! closed or opened, and the settings of the bots are replaced (api/transports §11).

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

/// The settings of a running account, and those that replace them.
pub(super) struct Changes {
    settings: watch::Receiver<Settings>,
    applied: watch::Sender<Option<Settings>>,
}

impl Changes {
    /// The newest settings.
    pub(super) fn current(&mut self) -> Settings {
        self.settings.borrow_and_update().clone()
    }

    /// Waits for other settings than the last ones. May be cancelled and called again.
    pub(super) async fn next(&mut self) -> Settings {
        match self.settings.changed().await {
            Ok(()) => self.current(),
            // The process ends.
            Err(_) => std::future::pending().await,
        }
    }

    /// Reports that settings are in force.
    pub(super) fn applied(&self, settings: Settings) {
        self.applied.send_replace(Some(settings));
    }
}

/// The reloader's side of [`Changes`].
pub(super) struct Account {
    settings: watch::Sender<Settings>,
    /// The settings that are in force; `None` while the account does not serve frameworks yet.
    applied: watch::Receiver<Option<Settings>>,
}

impl Account {
    pub(super) fn new(settings: Settings) -> (Self, Changes) {
        let (sender, settings) = watch::channel(settings);
        let (applied, receiver) = watch::channel(None);
        let account = Self {
            settings: sender,
            applied: receiver,
        };
        (account, Changes { settings, applied })
    }
}

/// The running accounts, and how they get their new settings.
pub(super) struct Reloader {
    path: PathBuf,
    overrides: Overrides,
    /// The configuration that applies. What needs a restart stays as it was at the start.
    current: Config,
    accounts: Vec<Account>,
}

impl Reloader {
    pub(super) fn new(
        path: &Path,
        overrides: &Overrides,
        config: Config,
        accounts: Vec<Account>,
    ) -> Self {
        Self {
            path: path.to_path_buf(),
            overrides: overrides.clone(),
            current: config,
            accounts,
        }
    }

    /// Reads the file and passes changed settings to the accounts. A file with a problem changes nothing. The future ends when the
    /// accounts have applied them.
    pub(super) fn reload(&mut self, reason: &str) -> impl Future<Output = ()> + use<> {
        // Problems are in the log.
        let _ = self.read(reason);
        self.applied()
    }

    /// Waits until the accounts have applied the settings that were passed to them.
    pub(super) fn applied(&self) -> impl Future<Output = ()> + use<> {
        let accounts = self.current.accounts.iter().zip(&self.accounts);
        let accounts: Vec<_> = accounts
            .map(|(wanted, account)| (wanted.clone(), account.applied.clone()))
            .collect();
        async move {
            for (wanted, mut applied) in accounts {
                let in_force = applied
                    .wait_for(|applied| applied.as_ref().is_none_or(|applied| *applied == wanted));
                // An account that has ended does not apply anything.
                let _ = in_force.await;
            }
        }
    }

    /// Reads the file and passes changed settings to the accounts.
    ///
    /// # Errors
    ///
    /// The problems of the file, which are logged too. Nothing was changed then.
    pub(super) fn read(&mut self, reason: &str) -> Result<(), String> {
        let path = self.path.display();
        tracing::info!(%path, reason, "reading the configuration again / 重新读取配置");
        let read = file::read(&self.path, &self.overrides).map_err(|error| vec![error.to_string()]);
        let (config, findings) = match read.map(|config| (check::check(&config), config)) {
            Ok((findings, config)) if findings.problems.is_empty() => (config, findings),
            Ok((Findings { problems, .. }, _)) | Err(problems) => {
                for problem in &problems {
                    tracing::error!(%path, problem, "the configuration has a problem; nothing was changed / 配置有误,未作更改");
                }
                return Err(problems.join("; "));
            }
        };
        for warning in findings.warnings {
            tracing::warn!(%path, warning, "the configuration / 配置");
        }
        let mut late = Vec::new();
        if config.log != self.current.log {
            late.push("log".to_owned());
        }
        for (running, account) in self.current.accounts.iter_mut().zip(&self.accounts) {
            let wanted = config.accounts.iter();
            let mut same = wanted.filter(|wanted| wanted.folder == running.folder);
            let Some(wanted) = same.next() else {
                late.push(format!("{}data", running.prefix));
                continue;
            };
            late.extend(needs_restart(running, wanted));
            let settings = with_changes_of(running, wanted);
            if settings != *running {
                *running = settings.clone();
                account.settings.send_replace(settings);
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
        Ok(())
    }
}

/// The settings of `wanted`, except for what applies only after a restart, which is as in `running`.
fn with_changes_of(running: &Settings, wanted: &Settings) -> Settings {
    Settings {
        data: running.data.clone(),
        uin: running.uin,
        qq: running.qq.clone(),
        folder: running.folder.clone(),
        ..wanted.clone()
    }
}

/// The keys that differ and that are read only at the start.
fn needs_restart(running: &Settings, wanted: &Settings) -> Vec<String> {
    let keys = [
        ("uin", running.uin != wanted.uin),
        ("qq", running.qq != wanted.qq),
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
        let others = "[onebot]\ntoken = \"x\"\nquick_reply_quote = false\n[sends]\ninterval = \"1s\"\n[events]\nreaction = true\n\
                      [on_offline]\nurl = \"http://h/\"\n[[http]]\nlisten = \"127.0.0.1:1\"\n";
        assert_eq!(restart("", others), [""; 0]);
    }

    #[test]
    fn what_needs_a_restart_stays_as_it_was() {
        let before = config("uin = 10001\n[qq]\nsign_url = \"http://h/\"\n");
        let after = config("[sends]\ninterval = \"1s\"\n[[ws]]\nlisten = \"127.0.0.1:1\"\n");
        let (before, after) = (&before.accounts[0], &after.accounts[0]);
        let settings = with_changes_of(before, after);
        assert_eq!((settings.uin, &settings.qq), (before.uin, &before.qq));
        assert_eq!((&settings.sends, &settings.ws), (&after.sends, &after.ws));
        assert_eq!(needs_restart(&settings, before), [""; 0]);
    }

    #[tokio::test]
    async fn reload_ends_when_the_running_accounts_have_applied_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("nekonap.toml");
        let text = "[[account]]\nuin = 10001\n[[account]]\nuin = 10002\n[[account]]\nuin = 10003\n";
        let entries = "http = []\nws = [{ listen = \"127.0.0.1:0\" }]\n";
        let text = text.replace("uin", &format!("{entries}uin"));
        std::fs::write(&path, &text).expect("written");
        let before = file::read(&path, &Overrides::default()).expect("a configuration");
        let (accounts, mut changes): (Vec<_>, Vec<_>) =
            before.accounts.iter().cloned().map(Account::new).unzip();
        let mut reloader = Reloader::new(&path, &Overrides::default(), before, accounts);
        let [online, ended, _waits_for_its_log_in] = &mut *changes else {
            panic!("three accounts")
        };
        for running in [&mut *online, &mut *ended] {
            let settings = running.current();
            running.applied(settings);
        }
        reloader.reload("nothing has changed").await;

        std::fs::write(&path, format!("[sends]\ninterval = \"1s\"\n{text}")).expect("written");
        let mut reload = Box::pin(reloader.reload("it has changed"));
        let waiting = futures_util::poll!(&mut reload);
        assert!(waiting.is_pending());
        let settings = online.next().await;
        assert_eq!(settings.sends.interval.to_string(), "1s");
        online.applied(settings);
        assert!(futures_util::poll!(&mut reload).is_pending());
        changes.remove(1);
        reload.await;
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
