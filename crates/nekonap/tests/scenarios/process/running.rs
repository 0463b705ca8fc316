//! `nekonap run` with a sandbox in place of the QQ servers: the QR code, the saved session, the files in the data folder.

use super::program::{Program, nekonap, output};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

/// Time limit for each expected line. Far more than a busy machine needs.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);

/// A `nekonap run` process and the lines of its stderr.
pub(super) struct Running {
    pub(super) child: Child,
    lines: Receiver<String>,
}

impl Running {
    pub(super) fn start(folder: &Path) -> Self {
        Self::start_with(folder, |_| {})
    }

    /// Like [`Running::start`], after `change`.
    pub(super) fn start_with(folder: &Path, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = nekonap(folder);
        change(&mut command);
        let mut child = command
            .arg("run")
            .arg("--config")
            .arg(folder.join("nekonap.toml"))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// Waits for a line that contains `part`, and returns it.
    pub(super) fn says(&self, part: &str) -> String {
        let mut before = Vec::new();
        loop {
            match self.lines.recv_timeout(STEP_TIMEOUT) {
                Ok(line) if line.contains(part) => return line,
                Ok(line) => before.push(line),
                Err(error) => panic!(
                    "waited for {part:?} ({error}) after:\n{}",
                    before.join("\n")
                ),
            }
        }
    }

    /// Ends the process with SIGKILL.
    pub(super) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    pub(super) fn stop(mut self) -> Option<i32> {
        super::program::signal(&self.child, "TERM");
        self.child.wait().expect("gone").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder with a configuration for a sandbox; also returns the path of its data folder.
pub(super) fn configured(sandbox: &Program) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "{}[[http]]\nlisten = \"127.0.0.1:0\"\n[[ws]]\nlisten = \"127.0.0.1:0\"\n",
        servers(sandbox)
    );
    std::fs::write(folder.path().join("nekonap.toml"), text).expect("written");
    let data = folder.path().join("nekonap-data");
    (folder, data)
}

/// The bot that a program announces to `nekonap call`.
pub(super) fn announced(folder: &Path) -> nekonap::runtime::Running {
    let found = nekonap::runtime::running(&folder.join("nekonap")).expect("a directory");
    found[0][0].clone()
}

/// The table of a configuration that names a sandbox as the QQ servers.
pub(super) fn servers(sandbox: &Program) -> String {
    let ready = &sandbox.ready;
    format!(
        "[qq]\nservers = [{0}]\nweb = {0}\nsecp192k1 = {1}\np256 = {2}\n",
        ready["wire"], ready["wire_keys"]["secp192k1"], ready["wire_keys"]["p256"]
    )
}

/// Scans and confirms the QR code that the program shows; returns the code.
pub(super) async fn confirm(sandbox: &Program, program: &Running, account: u64) -> String {
    let code = program.says("txz.qq.com").trim().to_owned();
    confirm_code(sandbox, &code, account).await;
    code
}

pub(super) async fn confirm_code(sandbox: &Program, code: &str, account: u64) {
    for verb in ["scan_login", "confirm_login"] {
        let act = json!({"as": account, "do": verb, "code": code.trim()});
        let (status, answer) = sandbox.act(&act).await;
        assert_eq!(status, 200, "{answer}");
    }
}

pub(super) fn call(folder: &Path, arguments: &[&str]) -> Value {
    let (done, stdout, stderr) = output(nekonap(folder).arg("call").args(arguments));
    assert!(done.status.success(), "{stderr}");
    serde_json::from_str(&stdout).expect("JSON")
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path)
        .expect("a file")
        .permissions()
        .mode()
        & 0o777
}

#[tokio::test]
async fn account_that_scans_the_code_is_logged_in_and_session_survives_restart() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let (folder, data) = configured(&sandbox);

    let program = Running::start(folder.path());
    confirm(&sandbox, &program, 10003).await;
    program.says("已上线");
    assert_eq!(call(folder.path(), &["get_login_info"])["user_id"], 10003);
    let sent = call(
        folder.path(),
        &["send_group_msg", "group_id=20001", "message=here I am"],
    );
    #[cfg(unix)]
    for file in ["session.json", "token", "archive.db"] {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
    assert_eq!(program.stop(), Some(0));
    assert!(
        !data.join("qrcode.png").exists(),
        "the picture is deleted at the end"
    );

    // The saved session needs no QR code, and the message ids are the same.
    let program = Running::start(folder.path());
    program.says("已上线");
    let id = format!("message_id={}", sent["message_id"]);
    assert_eq!(
        call(folder.path(), &["get_msg", &id])["raw_message"],
        "here I am"
    );
    assert_eq!(program.stop(), Some(0));
}

#[tokio::test]
async fn web_pages_are_requested_from_the_configured_address() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let (folder, _) = configured(&sandbox);
    let program = Running::start(folder.path());
    confirm(&sandbox, &program, 10003).await;
    program.says("已上线");
    let cookies = call(folder.path(), &["get_cookies", "domain=qun.qq.com"]);
    let cookies = cookies["cookies"].as_str().expect("a text");
    assert!(
        cookies.contains("uin=o10003") && cookies.contains("p_skey="),
        "{cookies}"
    );
    let publish = ["_send_group_notice", "group_id=20003", "content=read this"];
    call(folder.path(), &publish);
    let notices = call(folder.path(), &["_get_group_notice", "group_id=20003"]);
    assert_eq!(notices[0]["message"]["text"], "read this", "{notices}");
    assert_eq!(program.stop(), Some(0));
}

#[tokio::test]
async fn qr_code_is_saved_as_a_picture() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let (folder, data) = configured(&sandbox);
    let program = Running::start(folder.path());
    program.says("txz.qq.com");
    let picture = std::fs::read(data.join("qrcode.png")).expect("the picture");
    assert!(picture.starts_with(b"\x89PNG"), "{} bytes", picture.len());
    #[cfg(unix)]
    assert_eq!(mode(&data.join("qrcode.png")), 0o600);
    assert_eq!(
        program.stop(),
        Some(0),
        "it can stop before the code is scanned"
    );
}

#[tokio::test]
async fn broken_session_is_moved_aside_and_a_new_code_is_shown() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let (folder, data) = configured(&sandbox);
    let program = Running::start(folder.path());
    confirm(&sandbox, &program, 10003).await;
    program.says("已上线");
    assert_eq!(program.stop(), Some(0));

    std::fs::write(data.join("session.json"), "{half a sess").expect("written");
    let program = Running::start(folder.path());
    program.says("moved");
    confirm(&sandbox, &program, 10003).await;
    program.says("已上线");
    let kept = std::fs::read_dir(&data)
        .expect("the folder")
        .filter_map(Result::ok)
        .filter(|entry| std::fs::read(entry.path()).is_ok_and(|bytes| bytes == b"{half a sess"))
        .count();
    assert_eq!(kept, 1, "the broken file is kept under another name");
    assert_eq!(program.stop(), Some(0));
}

#[tokio::test]
async fn log_in_of_another_account_in_the_same_folder_fails() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let (folder, data) = configured(&sandbox);
    let program = Running::start(folder.path());
    confirm(&sandbox, &program, 10003).await;
    program.says("已上线");
    assert_eq!(program.stop(), Some(0));

    std::fs::remove_file(data.join("session.json")).expect("removed");
    let mut program = Running::start(folder.path());
    confirm(&sandbox, &program, 10004).await;
    let error = program.says("belongs to 10003");
    assert!(error.contains("10004") && error.contains("data"), "{error}");
    assert_eq!(program.child.wait().expect("gone").code(), Some(1));
}

#[test]
fn first_start_writes_the_configuration_and_invalid_one_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("nekonap.toml");
    let run = || output(nekonap(folder.path()).arg("run").arg("--config").arg(&path));
    // A file in place of the data folder stops the program before it connects to the public QQ servers of the example.
    std::fs::write(folder.path().join("nekonap-data"), "in the way").expect("written");
    let (refused, _, stderr) = run();
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        stderr.contains("nekonap-data") && stderr.contains("`data`"),
        "{stderr}"
    );
    let text = std::fs::read_to_string(&path).expect("the example was written");
    assert!(
        text.contains("# sign_url") && text.contains("检查"),
        "{text}"
    );

    std::fs::write(
        &path,
        "[[ws]]\nlisten = \"0.0.0.0:3001\"\n[onebot]\ntoken = \"\"\n",
    )
    .expect("written");
    let (refused, _, stderr) = run();
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        stderr.contains("ws[0].listen") && stderr.contains("without_token"),
        "{stderr}"
    );
}
