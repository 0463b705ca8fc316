//! A running `nekonap`, in an environment of its own.

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

pub(super) struct Program {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub(super) ready: Value,
}

/// The binary, with a runtime directory of its own, so that tests beside each other never find each other's.
pub(super) fn nekonap(runtime: &Path) -> Command {
    // The tests' own HTTP clients need it; the binary sees to itself.
    ::nekonap::prepare();
    let mut command = Command::new(env!("CARGO_BIN_EXE_nekonap"));
    command
        .env("XDG_RUNTIME_DIR", runtime)
        .env_remove("NEKONAP_TOKEN")
        .env_remove("RUST_LOG");
    command
}

/// Runs it to its end.
pub(super) fn output(command: &mut Command) -> (Output, String, String) {
    let output = command.output().expect("it starts");
    let stdout = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    let stderr = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    (output, stdout, stderr)
}

/// Sends a signal.
pub(super) fn signal(child: &Child, signal: &str) {
    let status = Command::new("kill")
        .args(["-s", signal, &child.id().to_string()])
        .status()
        .expect("kill starts");
    assert!(status.success());
}

impl Program {
    /// `nekonap sandbox` on free ports; returns once it is ready.
    pub(super) fn sandbox(runtime: &Path, arguments: &[&str]) -> Self {
        let mut child = nekonap(runtime)
            .args([
                "sandbox",
                "--http",
                "127.0.0.1:0",
                "--ws",
                "127.0.0.1:0",
                "--wire",
                "127.0.0.1:0",
            ])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line");
        let ready = serde_json::from_str(&line).expect("the ready line is JSON");
        Self {
            child,
            stdout,
            ready,
        }
    }

    pub(super) fn http(&self) -> &str {
        self.ready["http"].as_str().expect("an address")
    }

    /// Its address and token, for a task of its own.
    pub(super) fn address(&self) -> (String, String) {
        let token = self.ready["token"].as_str().expect("a token");
        (self.http().to_owned(), token.to_owned())
    }

    /// Calls an action over HTTP; the envelope.
    pub(super) async fn call(&self, action: &str, params: Value) -> Value {
        reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client")
            .post(format!("{}/{action}", self.http()))
            .bearer_auth(self.ready["token"].as_str().expect("a token"))
            .json(&params)
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("an envelope")
    }

    /// Somebody acts through the sandbox's API: the HTTP status and the answer.
    pub(super) async fn act(&self, act: &Value) -> (u16, Value) {
        let response = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client")
            .post(format!("{}/sandbox/api/act", self.http()))
            .bearer_auth(self.ready["token"].as_str().expect("a token"))
            .json(act)
            .send()
            .await
            .expect("an answer");
        let status = response.status().as_u16();
        (status, response.json().await.expect("JSON"))
    }

    /// Says something in group 20001; the message's id.
    pub(super) async fn says(&self, text: &str) -> i64 {
        let answer = self
            .call(
                "send_group_msg",
                json!({"group_id": 20001, "message": text}),
            )
            .await;
        answer["data"]["message_id"]
            .as_i64()
            .unwrap_or_else(|| panic!("{answer}"))
    }

    /// SIGKILL, at once.
    pub(super) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Sends a signal and waits; the exit code and what else was on stdout.
    pub(super) fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        self::signal(&self.child, signal);
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.stdout, &mut rest).expect("the rest of stdout");
        (self.child.wait().expect("gone").code(), rest)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
