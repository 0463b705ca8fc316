//! `nekonap run` as a service: what it tells systemd, and its log file.

use super::{
    program::Program,
    running::{Running, configured, confirm},
};
use std::{os::unix::net::UnixDatagram, path::Path, time::Duration};

/// A socket in place of systemd's.
struct Systemd(UnixDatagram);

impl Systemd {
    fn listen(path: &Path) -> Self {
        let socket = UnixDatagram::bind(path).expect("a socket");
        let timeout = Duration::from_secs(60);
        socket.set_read_timeout(Some(timeout)).expect("a timeout");
        Self(socket)
    }

    /// Waits for this notification; others before it are skipped and returned.
    fn hears(&self, expected: &str) -> Vec<String> {
        let mut before = Vec::new();
        loop {
            let mut buffer = [0; 1_024];
            let length = self
                .0
                .recv(&mut buffer)
                .unwrap_or_else(|error| panic!("{expected} ({error}) after {before:?}"));
            let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
            if text == expected {
                return before;
            }
            before.push(text);
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
