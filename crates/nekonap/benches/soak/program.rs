//! A `nekonap` process that is started again and again, with its memory.

use std::{
    ffi::OsString,
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// How long a program may take until it is ready, and until it has ended after SIGTERM. Far more than a busy machine needs.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);
/// Time between two looks at a program that starts or ends.
const LOOK: Duration = Duration::from_millis(50);

/// How a program is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// SIGTERM: it ends in order.
    Terminate,
    /// SIGKILL: it loses what is only in memory.
    Kill,
}

/// A program, and what is known of all its processes.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    binary: PathBuf,
    arguments: Vec<OsString>,
    folder: PathBuf,
    /// URL that answers 200 when the program is ready.
    ready: String,
    http: reqwest::Client,
    child: Child,
    /// Resident size at the last look, KiB.
    pub(crate) resident: u64,
    /// The highest resident size of all processes, KiB.
    pub(crate) peak: u64,
    pub(crate) terminated: u32,
    pub(crate) killed: u32,
    /// Processes that ended by themselves, or did not end in order.
    pub(crate) crashes: Vec<String>,
}

impl Program {
    /// Starts the program. Its output goes to `NAME.out` and `NAME.log` in the folder.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn start(
        name: &'static str,
        binary: &Path,
        arguments: Vec<OsString>,
        folder: &Path,
        ready: String,
    ) -> Result<Self, String> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(STEP_TIMEOUT)
            .build()
            .map_err(|error| error.to_string())?;
        let child = spawn(name, binary, &arguments, folder)?;
        Ok(Self {
            name,
            binary: binary.to_path_buf(),
            arguments,
            folder: folder.to_path_buf(),
            ready,
            http,
            child,
            resident: 0,
            peak: 0,
            terminated: 0,
            killed: 0,
            crashes: Vec::new(),
        })
    }

    /// Waits until the program is ready.
    ///
    /// # Errors
    /// It ended or is not ready in time.
    pub(crate) async fn ready(&mut self) -> Result<(), String> {
        let end = Instant::now() + STEP_TIMEOUT;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!(
                    "{} ended at its start: {status}; see {}",
                    self.name,
                    self.log().display()
                ));
            }
            let answer = self.http.get(&self.ready).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if Instant::now() > end {
                return Err(format!(
                    "{} is not ready after {} s; see {}",
                    self.name,
                    STEP_TIMEOUT.as_secs(),
                    self.log().display()
                ));
            }
            sleep(LOOK).await;
        }
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.name))
    }

    /// Looks at the memory of the process. If the process has ended by itself, notes that and starts another one.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn look(&mut self) -> Result<(), String> {
        if let Ok(Some(status)) = self.child.try_wait() {
            self.crashes
                .push(format!("{} ended by itself: {status}", self.name));
            return self.start_again();
        }
        self.measure();
        Ok(())
    }

    fn measure(&mut self) {
        let path = format!("/proc/{}/status", self.child.id());
        // Other systems than Linux have no such file; the figures stay 0.
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let kilobytes = |key: &str| {
            let line = status.lines().find(|line| line.starts_with(key))?;
            line.split_whitespace().nth(1)?.parse().ok()
        };
        self.resident = kilobytes("VmRSS:").unwrap_or(self.resident);
        self.peak = self.peak.max(kilobytes("VmHWM:").unwrap_or(0));
    }

    /// Ends the process.
    pub(crate) async fn end(&mut self, how: End) {
        self.measure();
        match how {
            End::Kill => {
                self.killed += 1;
                let _ = self.child.kill();
            }
            End::Terminate => {
                self.terminated += 1;
                let id = self.child.id().to_string();
                let _ = Command::new("kill").args(["-s", "TERM", &id]).status();
            }
        }
        let end = Instant::now() + STEP_TIMEOUT;
        loop {
            match self.child.try_wait() {
                Ok(None) if Instant::now() < end => sleep(LOOK).await,
                Ok(None) => {
                    self.crashes
                        .push(format!("{} did not end after {how:?}", self.name));
                    let _ = self.child.kill();
                    let _ = self.child.wait();
                    return;
                }
                Ok(Some(status)) => {
                    if how == End::Terminate && !status.success() {
                        self.crashes
                            .push(format!("{} ended with {status} after SIGTERM", self.name));
                    }
                    return;
                }
                Err(_) => return,
            }
        }
    }

    /// Starts another process after the end of one.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn start_again(&mut self) -> Result<(), String> {
        self.child = spawn(self.name, &self.binary, &self.arguments, &self.folder)?;
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(
    name: &str,
    binary: &Path,
    arguments: &[OsString],
    folder: &Path,
) -> Result<Child, String> {
    let file = |kind: &str| {
        let path = folder.join(format!("{name}.{kind}"));
        File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|error| format!("{}: {error}", path.display()))
    };
    Command::new(binary)
        .args(arguments)
        .env("XDG_RUNTIME_DIR", folder)
        .env_remove("NEKONAP_TOKEN")
        .stdin(Stdio::null())
        .stdout(file("out")?)
        .stderr(file("log")?)
        .spawn()
        .map_err(|error| format!("{} cannot be started: {error}", binary.display()))
}
