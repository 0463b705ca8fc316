//! Conversations with real, unmodified bot frameworks. They are ignored by default; `cargo xtask test` installs the
//! frameworks and sets `NEKONAP_FRAMEWORKS` to their folder.

mod aiocqhttp;
mod independent;
mod javascript;
mod koishi;
mod node_napcat_ts;
mod nonebot;
mod openapi;

use crate::story::{SECRET, STEP_TIMEOUT, Story};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        LazyLock,
        atomic::{AtomicU16, Ordering},
    },
};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// A framework's process, connected to the bot.
struct Framework {
    _process: Child,
    _stdout: Lines<BufReader<ChildStdout>>,
}

/// Folder of the installed frameworks.
fn installed() -> PathBuf {
    std::env::var_os("NEKONAP_FRAMEWORKS")
        .expect("NEKONAP_FRAMEWORKS names the folder; `cargo xtask test` sets it")
        .into()
}

/// Folder with the sources of the frameworks' bots.
fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/frameworks")
}

/// A free port for a framework that listens. It is below the system's ephemeral ports, so that no other test gets it before
/// the framework listens.
fn free_port() -> u16 {
    // Each process begins elsewhere, and the tests of a process get different ports.
    static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| {
        let offset = u16::try_from(std::process::id() % 10_000).unwrap_or(0);
        AtomicU16::new(20_000 + offset)
    });
    loop {
        let port = NEXT.fetch_add(1, Ordering::Relaxed);
        assert!(port < 32_000, "a free port");
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// How a framework and Nekonap reach each other; the name is the first argument of the framework's bot.
#[derive(Debug, Clone, Copy)]
enum Mode {
    /// The framework connects to Nekonap's WebSocket.
    Ws,
    /// Nekonap connects to this path of the framework.
    WsReverse(&'static str),
    /// Nekonap posts events to this path of the framework, signed, and the framework calls over HTTP.
    Http(&'static str),
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::Ws => "ws",
            Self::WsReverse(_) => "ws-reverse",
            Self::Http(_) => "http",
        }
    }

    /// Begins a story, starts the framework's bot, and waits until it prints that it is connected.
    async fn connect(self, mut command: Command) -> (Story, Framework) {
        let port = free_port();
        let story = match self {
            Self::Ws => Story::beginning(),
            Self::WsReverse(path) => {
                Story::beginning().connecting_to(&format!("ws://127.0.0.1:{port}{path}"))
            }
            Self::Http(path) => {
                Story::beginning().posting_to(&format!("http://127.0.0.1:{port}{path}"))
            }
        };
        let story = story.begin().await;
        command
            .arg(self.name())
            .env("NEKONAP_PORT", port.to_string());
        let framework = Framework::start(&story, &mut command).await;
        (story, framework)
    }
}

impl Framework {
    /// Starts the process and waits until it prints that it is connected.
    async fn start(story: &Story, command: &mut Command) -> Self {
        let mut process = command
            .env("NEKONAP_WS", &story.ready().ws)
            .env("NEKONAP_HTTP", &story.ready().http)
            .env("NEKONAP_TOKEN", &story.ready().token)
            .env("NEKONAP_SECRET", SECRET)
            .env("NEKONAP_SELF_ID", story.ready().self_id.to_string())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the framework starts");
        let mut stdout = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let connected = async {
            while let Some(line) = stdout.next_line().await.expect("its output") {
                if line == format!("connected {}", story.ready().self_id) {
                    return;
                }
                eprintln!("framework: {line}");
            }
            panic!("the framework ended");
        };
        // Interpreters start slowly on a busy machine.
        tokio::time::timeout(STEP_TIMEOUT * 3, connected)
            .await
            .expect("the framework connects");
        Self {
            _process: process,
            _stdout: stdout,
        }
    }
}

/// The interpreter of a framework that is installed from PyPI, with its bot.
fn python(framework: &str) -> Command {
    let mut command = Command::new(installed().join(framework).join("venv/bin/python"));
    command.arg(sources().join(framework).join("bot.py"));
    command
}

/// Node with the bot of a framework that is installed from npm.
fn node(framework: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(sources().join(framework).join("bot.js")).env(
        "NODE_PATH",
        installed().join(framework).join("node_modules"),
    );
    command
}

/// Starts a framework's bot and holds the conversation with it.
async fn converse(command: Command, mode: Mode) {
    let (story, _framework) = mode.connect(command).await;
    conversation(&story).await;
}

/// The conversation that every framework must hold.
async fn conversation(story: &Story) {
    let bob = story.person(10002);
    let world = story.look("world").await;
    let name = world["people"]
        .as_array()
        .and_then(|people| people.iter().find(|person| person["uin"] == 10002))
        .and_then(|person| person["nickname"].as_str())
        .expect("Bob has a name")
        .to_owned();

    bob.tells(10001, "good day").await;
    let answer = json!({"from": 10001, "message": [{"type": "text", "text": format!("hello {name}: good day")}]});
    story.pair_sees(10002, 10001, answer).await;

    let asked = bob
        .says(
            20001,
            json!([{"type": "at", "uin": 10001}, {"type": "text", "text": " do you hear"}, {"type": "face", "id": 14}]),
        )
        .await;
    let answer = story
        .group_sees(
            20001,
            json!({"from": 10001, "message": [
                {"type": "reply", "sequence": asked},
                {"type": "at", "uin": 10002},
                {"type": "text", "text": " heard 'do you hear' and faces 14"},
                {"type": "face", "id": 66},
            ]}),
        )
        .await;

    let quoted = json!([{"type": "reply", "sequence": answer["sequence"]}, {"type": "text", "text": "what was that?"}]);
    bob.says(20001, quoted).await;
    let heard = story
        .group_sees(20001, json!({"from": 10001, "message": [{"type": "text"}]}))
        .await;
    let text = heard["message"][0]["text"].as_str().expect("text");
    assert!(
        text.starts_with("you quoted:") && text.contains("do you hear"),
        "{text}"
    );

    bob.says(
        20001,
        json!([{"type": "at", "uin": 10001}, {"type": "text", "text": " forward"}]),
    )
    .await;
    let forward = story
        .group_sees(
            20001,
            json!({"from": 10001, "message": [{"type": "forward"}]}),
        )
        .await;
    let inside = &forward["message"][0]["messages"];
    assert_eq!(inside.as_array().map(Vec::len), Some(2), "{forward}");
    assert_eq!(inside[0]["name"], "Bob");
    assert_eq!(
        inside[0]["message"],
        json!([{"type": "text", "text": "first"}])
    );
    assert_eq!(
        inside[1]["message"],
        json!([{"type": "face", "id": 14}, {"type": "text", "text": " second"}])
    );
}
