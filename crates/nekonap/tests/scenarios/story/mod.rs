//! The harness of the scenarios: a world with bots, people and second clients.
//!
//! It runs `nekonap` as a library in the test's process, over real sockets on free ports, with the world in memory unless a
//! folder is given. A scenario that fails prints a transcript of all its steps.
//!
//! The methods are named so that scenarios read as stories. `says` and `tells` send a group or a private message, `does`
//! runs an act in the sandbox, and `hears` and `sees` wait for an event or a message that matches a pattern.

mod bot;
mod client;
pub(crate) mod framework;
mod inbox;
mod person;
pub(crate) mod shape;
mod transcript;

pub(crate) use bot::{Answer, Bot, socket};
pub(crate) use client::SecondClient;
pub(crate) use person::Person;

use inbox::Inbox;
use nekonap::{
    cli::{ForBot, Sandbox, Seed},
    compose::SandboxWorld,
    ready::Ready,
};
use nekonap_ids::Uin;
use serde_json::{Value, json};
use std::{path::Path, sync::Arc, time::Duration};
use transcript::Transcript;

/// Time limit for each expected event. Far more than a busy machine needs.
pub(crate) const STEP_TIMEOUT: Duration = Duration::from_secs(20);

/// The secret that webhooks are signed with.
pub(crate) const SECRET: &str = "the-storys-secret";

/// Transport of a bot's calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Http,
    WebSocket,
}

/// A running world with its bots.
pub(crate) struct Story {
    world: Option<SandboxWorld>,
    shared: Arc<Shared>,
    bots: Vec<Bot>,
}

/// State that the people and bots of a story share.
struct Shared {
    transcript: Transcript,
    http: reqwest::Client,
    api: String,
    token: String,
    ready: Ready,
    journal: Inbox,
}

/// Builder of a [`Story`].
pub(crate) struct Beginning {
    options: Sandbox,
    transport: Transport,
}

impl Beginning {
    /// Sets the transport of the bots' calls.
    pub(crate) fn over(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// Sets the accounts of the bots.
    pub(crate) fn bots(mut self, uins: &[u64]) -> Self {
        self.options.bots = uins.iter().map(|uin| self::uin(*uin)).collect();
        self
    }

    /// Keeps the world and the archives in a folder.
    pub(crate) fn kept_in(mut self, folder: &Path) -> Self {
        self.options.data = Some(folder.to_path_buf());
        self
    }

    /// Reports the bots' own messages as events.
    pub(crate) fn reporting_own_messages(mut self) -> Self {
        self.options.report_self = true;
        self
    }

    /// Adds a reverse WebSocket that every bot connects to.
    pub(crate) fn connecting_to(mut self, url: &str) -> Self {
        let value = url.parse().expect("an address");
        self.options.reverse_ws.push(ForBot { bot: None, value });
        self
    }

    /// Adds a webhook that every bot posts signed events to.
    pub(crate) fn posting_to(mut self, url: &str) -> Self {
        let value = url.parse().expect("an address");
        self.options.webhook.push(ForBot { bot: None, value });
        self.options.secret = Some(SECRET.to_owned());
        self
    }

    /// Keeps events for connections that are away.
    pub(crate) fn replaying(mut self, window: &str) -> Self {
        self.options.replay = Some(window.parse().expect("a length of time"));
        self
    }

    /// Lets the bots send raw commands.
    pub(crate) fn sending_packets(mut self) -> Self {
        self.options.send_packet = true;
        self
    }

    /// Sets the initial world.
    pub(crate) fn seeded(mut self, seed: Seed) -> Self {
        self.options.seed = seed;
        self
    }

    /// Requires no access token.
    pub(crate) fn without_token(mut self) -> Self {
        self.options.token = None;
        self.options.no_token = true;
        self
    }

    /// Starts the world and logs the bots in.
    pub(crate) async fn begin(self) -> Story {
        Story::start(self.options, self.transport).await
    }
}

impl Story {
    /// The demo world with one bot and calls over HTTP.
    pub(crate) async fn new() -> Self {
        Self::beginning().begin().await
    }

    /// A builder with the settings of [`Story::new`].
    pub(crate) fn beginning() -> Beginning {
        let free = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        Beginning {
            options: Sandbox {
                data: None,
                http: free,
                ws: free,
                wire: free,
                token: Some("the-storys-token".to_owned()),
                no_token: false,
                seed: Seed::Demo,
                bots: vec![uin(10001)],
                report_self: false,
                reverse_ws: Vec::new(),
                webhook: Vec::new(),
                secret: None,
                replay: None,
                send_packet: false,
            },
            transport: Transport::Http,
        }
    }

    async fn start(options: Sandbox, transport: Transport) -> Self {
        nekonap::prepare();
        let world = SandboxWorld::start(&options)
            .await
            .expect("the sandbox starts");
        let ready = world.ready().clone();
        let transcript = Transcript::new();
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(STEP_TIMEOUT)
            .build()
            .expect("an HTTP client");
        let shared = Arc::new(Shared {
            journal: Inbox::journal(&transcript, &ready).await,
            api: format!("{}/sandbox/api", ready.http),
            token: ready.token.clone(),
            transcript,
            http,
            ready,
        });
        let mut bots = Vec::new();
        for bot in &shared.ready.bots {
            bots.push(Bot::connect(Arc::clone(&shared), bot.clone(), transport).await);
        }
        Self {
            world: Some(world),
            shared,
            bots,
        }
    }

    /// The ready line.
    pub(crate) fn ready(&self) -> &Ready {
        &self.shared.ready
    }

    /// The first bot.
    pub(crate) fn bot(&self) -> &Bot {
        &self.bots[0]
    }

    /// The bot of an account.
    pub(crate) fn bot_of(&self, account: u64) -> &Bot {
        self.bots
            .iter()
            .find(|bot| bot.uin() == account)
            .expect("a bot of this story")
    }

    /// A person of the world who acts through the sandbox's HTTP API.
    pub(crate) fn person(&self, account: u64) -> Person {
        Person::new(Arc::clone(&self.shared), account)
    }

    /// A second client, logged in over the wire by QR code.
    pub(crate) async fn client(&self, account: u64) -> SecondClient {
        self.client_on(account, "Linux").await
    }

    /// A second client on a given kind of device. An account may have one client per kind.
    pub(crate) async fn client_on(&self, account: u64, system: &str) -> SecondClient {
        SecondClient::log_in(Arc::clone(&self.shared), account, system, false).await
    }

    /// A second client that fills its caches in the background.
    pub(crate) async fn filling_client(&self, account: u64) -> SecondClient {
        SecondClient::log_in(Arc::clone(&self.shared), account, "Linux", true).await
    }

    /// Injects a fault.
    pub(crate) async fn fault(&self, fault: Value) {
        let (status, answer) = self.shared.post("faults", &json!([fault])).await;
        self.shared
            .transcript
            .write(format!("fault {fault}: {status} {answer}"));
        assert_eq!(status, 200, "the fault is accepted: {answer}");
    }

    /// Removes all faults.
    pub(crate) async fn mend(&self) {
        let url = format!("{}/faults", self.shared.api);
        let status = self
            .shared
            .http
            .delete(url)
            .bearer_auth(&self.shared.token)
            .send()
            .await
            .expect("the sandbox answers")
            .status();
        assert!(status.is_success(), "{status}");
    }

    /// URL of a path of the sandbox's HTTP API.
    pub(crate) fn api(&self, path: &str) -> String {
        format!("{}/{path}", self.shared.api)
    }

    /// The HTTP status of a URL, and the bytes behind it.
    pub(crate) async fn fetch(&self, url: &str) -> (u16, Vec<u8>) {
        let request = self.shared.http.get(url);
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        (status, response.bytes().await.expect("a body").to_vec())
    }

    /// The bytes of a file of the sandbox, by an id of its HTTP API.
    pub(crate) async fn file(&self, id: &str) -> Vec<u8> {
        let request = self.shared.http.get(self.api(&format!("files/{id}")));
        let response = request.bearer_auth(&self.shared.token).send().await;
        let response = response.expect("an answer");
        assert!(response.status().is_success(), "{}", response.status());
        response.bytes().await.expect("a body").to_vec()
    }

    /// JSON that the sandbox's HTTP API returns for a GET of `path`.
    pub(crate) async fn look(&self, path: &str) -> Value {
        self.shared.get(path).await
    }

    /// Waits until a client shows a QR code that nobody has scanned; returns the code.
    pub(crate) async fn new_code(&self) -> String {
        let shown = async {
            loop {
                let world = self.look("world").await;
                let logins = world["logins"].as_array().expect("a list");
                let waiting = logins.iter().find(|login| login["state"] == "waiting");
                if let Some(code) = waiting.and_then(|login| login["code"].as_str()) {
                    return code.to_owned();
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(STEP_TIMEOUT, shown)
            .await
            .expect("a code is shown")
    }

    /// Scans and confirms a code that a client shows, with the phone of an account.
    pub(crate) async fn scan_new_code(&self, account: u64) {
        let code = self.new_code().await;
        let phone = self.person(account);
        phone.does("scan_login", json!({"code": code})).await;
        phone.does("confirm_login", json!({"code": code})).await;
    }

    /// Waits for a journal entry that matches the pattern.
    pub(crate) async fn journal(&self, pattern: Value) -> Value {
        self.shared.journal.wait_for(&pattern).await
    }

    /// The newest message of a group in the sandbox; null if there is none.
    pub(crate) async fn newest_in_group(&self, group: u64) -> Value {
        self.newest(&format!("messages?group={group}&limit=1"))
            .await
    }

    /// The newest message between two people in the sandbox; null if there is none.
    pub(crate) async fn newest_between(&self, one: u64, other: u64) -> Value {
        self.newest(&format!("messages?as={one}&peer={other}&limit=1"))
            .await
    }

    async fn newest(&self, path: &str) -> Value {
        let messages = self.look(path).await;
        messages
            .as_array()
            .and_then(|messages| messages.last())
            .cloned()
            .unwrap_or(Value::Null)
    }

    /// Waits until one of the newest 50 messages of a group matches the pattern.
    pub(crate) async fn group_sees(&self, group: u64, pattern: Value) -> Value {
        self.sees(&format!("messages?group={group}&limit=50"), pattern)
            .await
    }

    /// Waits until one of the newest 50 messages between two people matches the pattern.
    pub(crate) async fn pair_sees(&self, one: u64, other: u64, pattern: Value) -> Value {
        self.sees(&format!("messages?as={one}&peer={other}&limit=50"), pattern)
            .await
    }

    async fn sees(&self, path: &str, pattern: Value) -> Value {
        let wait = async {
            loop {
                let mark = self.shared.journal.mark();
                let messages = self.look(path).await;
                let found = messages
                    .as_array()
                    .and_then(|list| list.iter().rev().find(|one| shape::like(one, &pattern)));
                if let Some(found) = found {
                    return found.clone();
                }
                self.shared.journal.wait_beyond(mark).await;
            }
        };
        if let Ok(found) = tokio::time::timeout(STEP_TIMEOUT, wait).await {
            return found;
        }
        let found = self.look(path).await;
        panic!("timeout while waiting for a message that matches {pattern}; found {found}")
    }

    /// Shuts the world down as SIGTERM does.
    pub(crate) async fn end(mut self) {
        if let Some(world) = self.world.take() {
            world.shutdown().await;
        }
    }
}

impl Shared {
    async fn get(&self, path: &str) -> Value {
        let response = self
            .http
            .get(format!("{}/{path}", self.api))
            .bearer_auth(&self.token)
            .send()
            .await
            .expect("the sandbox answers");
        let status = response.status();
        let text = response.text().await.expect("a body");
        assert!(status.is_success(), "GET {path}: {status} {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let response = self
            .http
            .post(format!("{}/{path}", self.api))
            .bearer_auth(&self.token)
            .json(body)
            .send()
            .await
            .expect("the sandbox answers");
        let status = response.status().as_u16();
        let text = response.text().await.expect("a body");
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        )
    }
}

/// An account number; panics if it is not valid.
pub(crate) fn uin(number: u64) -> Uin {
    Uin::new(number).expect("an account number")
}

/// A picture element of the sandbox's API: a PNG with one transparent pixel.
pub(crate) fn picture() -> Value {
    let pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
    json!({"type": "image", "base64": pixel, "name": "pixel.png"})
}

/// Runs a scenario twice: with calls over HTTP and over WebSocket.
pub(crate) async fn over_both(scenario: impl AsyncFn(Story)) {
    for transport in [Transport::Http, Transport::WebSocket] {
        scenario(Story::beginning().over(transport).begin().await).await;
    }
}
