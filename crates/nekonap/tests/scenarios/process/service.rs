//! `nekonap run` as a service: what it tells systemd, and its log file.

use super::{
    program::{Program, signal},
    running::{Running, configured, confirm},
};
use std::{
    os::unix::net::UnixDatagram,
    path::Path,
    time::{Duration, Instant},
};

/// Time limit for each expected notification. Far more than a busy machine needs.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);

/// A socket in place of systemd's.
pub(super) struct Systemd(UnixDatagram);

impl Systemd {
    pub(super) fn listen(path: &Path) -> Self {
        let socket = UnixDatagram::bind(path).expect("a socket");
        let timeout = Some(STEP_TIMEOUT);
        socket.set_read_timeout(timeout).expect("a timeout");
        Self(socket)
    }

    fn next(&self, expected: &str) -> String {
        let mut buffer = [0; 1_024];
        let length = self.0.recv(&mut buffer);
        let length = length.unwrap_or_else(|error| panic!("waited for {expected}: {error}"));
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    }

    /// Waits for this notification; others before it are skipped and returned.
    pub(super) fn hears(&self, expected: &str) -> Vec<String> {
        let mut before = Vec::new();
        let end = Instant::now() + STEP_TIMEOUT;
        while Instant::now() < end {
            let text = self.next(expected);
            if text == expected {
                return before;
            }
            before.push(text);
        }
        before.dedup();
        panic!("waited for {expected} after {before:?}");
    }

    /// Waits for a notification that contains a text, and returns it.
    fn hears_part(&self, part: &str) -> String {
        loop {
            let text = self.next(part);
            if text.contains(part) {
                return text;
            }
        }
    }
}

#[tokio::test]
async fn systemd_learns_the_state_of_the_service() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let (folder, _) = configured(&sandbox);
    let path = folder.path().join("notify");
    let systemd = Systemd::listen(&path);
    let program = Running::start_with(folder.path(), |command| {
        command
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", "300000");
    });
    systemd.hears("READY=1");
    systemd.hears("WATCHDOG=1");
    confirm(&sandbox, &program, 10003).await;
    systemd.hears("STATUS=10003 online");
    systemd.hears("WATCHDOG=1");
    drop(sandbox);
    systemd.hears("STATUS=10003 offline");
    systemd.hears("WATCHDOG=1");
    assert_eq!(program.stop(), Some(0));
    systemd.hears("STOPPING=1");
}

/// The notification that a reload begins.
fn reloading(heard: &[String]) -> &str {
    let begins = heard.iter().find(|text| text.starts_with("RELOADING=1\n"));
    begins.unwrap_or_else(|| panic!("{heard:?}"))
}

#[tokio::test]
async fn systemd_learns_when_a_reload_begins_and_ends() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let (folder, _) = configured(&sandbox);
    let path = folder.path().join("notify");
    let systemd = Systemd::listen(&path);
    let program = Running::start_with(folder.path(), |command| {
        command.env("NOTIFY_SOCKET", &path);
    });
    systemd.hears("READY=1");
    confirm(&sandbox, &program, 10003).await;
    program.says("已上线");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let config = folder.path().join("nekonap.toml");
    let text = std::fs::read_to_string(&config).expect("the configuration");
    let text = format!("{text}[[ws]]\nname = \"third\"\nlisten = \"{address}\"\n");
    std::fs::write(&config, text).expect("written");
    signal(&program.child, "HUP");
    let before = systemd.hears("READY=1");
    let reload = reloading(&before);
    let (first, time) = reload.split_once('\n').expect("two lines");
    assert_eq!(first, "RELOADING=1");
    let time = time.strip_prefix("MONOTONIC_USEC=").expect("the time");
    assert!(time.parse::<u64>().expect("a number") > 0);
    let status = systemd.hears_part("STATUS=10003 online (");
    assert!(
        status.contains("third") && status.contains(&address.to_string()),
        "{status}"
    );
    drop(taken);
    systemd.hears("STATUS=10003 online");

    std::fs::write(&config, "[[ws]]\nlisten = \"nowhere\"\n").expect("written");
    signal(&program.child, "HUP");
    let before = systemd.hears("READY=1");
    // Also when nothing was changed.
    reloading(&before);
    assert_eq!(program.stop(), Some(0));
}

#[tokio::test]
async fn log_file_has_the_last_line_of_the_program() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let (folder, _) = configured(&sandbox);
    let config = folder.path().join("nekonap.toml");
    let mut text = std::fs::read_to_string(&config).expect("the configuration");
    text.push_str("[log]\nfile = \"logs/nekonap.log\"\n");
    std::fs::write(&config, text).expect("written");
    let program = Running::start(folder.path());
    confirm(&sandbox, &program, 10003).await;
    program.says("已上线");
    assert_eq!(program.stop(), Some(0));
    let files: Vec<_> = std::fs::read_dir(folder.path().join("logs"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    let [file] = files.as_slice() else {
        panic!("one file: {files:?}")
    };
    let name = file.file_name().expect("a name").to_string_lossy();
    assert!(
        name.starts_with("nekonap.20") && name.ends_with(".log"),
        "{name}"
    );
    let text = std::fs::read_to_string(file).expect("the log");
    assert!(
        text.contains("已上线") && text.contains("stopping"),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'), "no colours: {text}");
}
