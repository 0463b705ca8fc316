//! A running `nekonap` process with its own environment.

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

/// A command for the binary. It has its own runtime directory, so that parallel tests do not find each other's processes.
pub(super) fn nekonap(runtime: &Path) -> Command {
    // For the HTTP clients of the tests; the binary prepares itself.
    ::nekonap::prepare();
    let mut command = Command::new(env!("CARGO_BIN_EXE_nekonap"));
    command
        .env("XDG_RUNTIME_DIR", runtime)
        .env_remove("RUST_LOG");
    for name in ["CONFIG", "DATA", "TOKEN", "LOG", "HTTP", "WS"] {
        command.env_remove(format!("NEKONAP_{name}"));
    }
    command
}

/// Runs a command until it ends; returns its output, stdout and stderr.
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
    /// Starts `nekonap sandbox` on free ports; returns when it is ready.
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

    /// HTTP address and token, for use in another task.
    pub(super) fn address(&self) -> (String, String) {
        let token = self.ready["token"].as_str().expect("a token");
        (self.http().to_owned(), token.to_owned())
    }

    /// Calls an action over HTTP; returns the whole reply.
    pub(super) async fn call(&self, action: &str, params: Value) -> Value {
        self.call_at(self.http(), action, params).await
    }

    /// The same for the bot at this address.
    pub(super) async fn call_at(&self, http: &str, action: &str, params: Value) -> Value {
        reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client")
            .post(format!("{http}/{action}"))
            .bearer_auth(self.ready["token"].as_str().expect("a token"))
            .json(&params)
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("an envelope")
    }

    /// Runs an act through the sandbox's API; returns the HTTP status and the response.
    pub(super) async fn act(&self, act: &Value) -> (u16, Value) {
        self.post("act", act).await
    }

    /// Injects a fault.
    pub(super) async fn fault(&self, fault: &Value) {
        let (status, answer) = self.post("faults", &json!([fault])).await;
        assert_eq!(status, 200, "{answer}");
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let response = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client")
            .post(format!("{}/sandbox/api/{path}", self.http()))
            .bearer_auth(self.ready["token"].as_str().expect("a token"))
            .json(body)
            .send()
            .await
            .expect("an answer");
        let status = response.status().as_u16();
        (status, response.json().await.expect("JSON"))
    }

    /// Sends a message to group 20001; returns its id.
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

    /// Ends the process with SIGKILL.
    pub(super) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Sends a signal and waits for the end; returns the exit code and the rest of stdout.
    pub(super) fn stop(self, signal: &str) -> (Option<i32>, String) {
        self::signal(&self.child, signal);
        self.ended()
    }

    /// Waits for the end; returns the exit code and the rest of stdout.
    pub(super) fn ended(mut self) -> (Option<i32>, String) {
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
