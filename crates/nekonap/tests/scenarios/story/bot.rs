//! A framework's connection to a bot: calls over HTTP or WebSocket, and events over WebSocket.

use super::{STEP_TIMEOUT, Shared, Transport, inbox::Inbox, shape};
use futures_util::{SinkExt, StreamExt, stream::SplitSink};
use nekonap::ready::ReadyBot;
use nekonap_endpoint::reference::{Reference, reference};
use nekonap_onebot::Code;
use serde_json::{Value, json};
use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicU64, Ordering},
};
use tokio::{net::TcpStream, sync::Mutex};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest},
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) struct Bot {
    shared: Arc<Shared>,
    facts: ReadyBot,
    transport: Transport,
    socket: Mutex<SplitSink<Socket, Message>>,
    inbox: Inbox,
    echo: AtomicU64,
}

/// The actions with the codes that they declare.
static REFERENCE: LazyLock<Reference> = LazyLock::new(reference);

/// The codes that every action can fail with (api/actions §1.4).
const COMMON: &[Code] = &[
    Code::ParamMissing,
    Code::ParamInvalid,
    Code::Timeout,
    Code::Offline,
    Code::Upstream,
    Code::Internal,
];

/// Reply of an action.
pub(crate) struct Answer {
    action: String,
    /// The whole envelope.
    pub(crate) envelope: Value,
}

/// Opens a WebSocket with the token.
pub(crate) async fn socket(url: &str, token: &str) -> Socket {
    let mut request = url.into_client_request().expect("an address");
    let header = format!("Bearer {token}").parse().expect("a header");
    request.headers_mut().insert("Authorization", header);
    let (socket, _) = tokio_tungstenite::connect_async(request)
        .await
        .expect("the WebSocket opens");
    socket
}

impl Bot {
    pub(super) async fn connect(
        shared: Arc<Shared>,
        facts: ReadyBot,
        transport: Transport,
    ) -> Self {
        let (sink, mut stream) = socket(&facts.ws, &shared.token).await.split();
        let name = format!("bot {} hears", facts.self_id);
        let inbox = Inbox::new(&name, &shared.transcript, |writer| async move {
            while let Some(Ok(message)) = stream.next().await {
                if let Ok(text) = message.to_text()
                    && let Ok(frame) = serde_json::from_str(text)
                {
                    writer.push(frame);
                }
            }
        });
        let bot = Self {
            shared,
            facts,
            transport,
            socket: Mutex::new(sink),
            inbox,
            echo: AtomicU64::new(1),
        };
        bot.hears(json!({"meta_event_type": "lifecycle", "sub_type": "connect"}))
            .await;
        bot
    }

    pub(crate) fn uin(&self) -> u64 {
        self.facts.self_id.get()
    }

    /// Calls an action over the transport of this story.
    pub(crate) async fn call(&self, action: &str, params: Value) -> Answer {
        self.shared.transcript.write(format!(
            "bot {} calls {action} {params}",
            self.facts.self_id
        ));
        let envelope = match self.transport {
            Transport::Http => self.over_http(action, &params).await,
            Transport::WebSocket => self.over_websocket(action, params).await,
        };
        self.shared.transcript.write(format!("        {envelope}"));
        Answer {
            action: action.to_owned(),
            envelope,
        }
    }

    async fn over_http(&self, action: &str, params: &Value) -> Value {
        let response = self
            .shared
            .http
            .post(format!("{}/{action}", self.facts.http))
            .bearer_auth(&self.shared.token)
            .json(params)
            .send()
            .await
            .expect("an HTTP answer");
        response.json().await.expect("an envelope")
    }

    async fn over_websocket(&self, action: &str, params: Value) -> Value {
        let echo = self.send(action, params).await;
        self.inbox.wait_for(&json!({"echo": echo})).await
    }

    /// Sends a call over the WebSocket without waiting for the reply; returns its echo.
    pub(crate) async fn send(&self, action: &str, params: Value) -> Value {
        let echo = json!({"number": self.echo.fetch_add(1, Ordering::Relaxed)});
        let frame = json!({"action": action, "params": params, "echo": echo}).to_string();
        self.socket
            .lock()
            .await
            .send(Message::text(frame))
            .await
            .expect("the WebSocket is open");
        echo
    }

    /// Waits for the reply to a call that was sent.
    pub(crate) async fn answered(&self, action: &str, echo: &Value) -> Answer {
        Answer {
            action: action.to_owned(),
            envelope: self.inbox.wait_for(&json!({"echo": echo})).await,
        }
    }

    /// Waits for an event that matches the pattern, and compares its shape with the examples.
    pub(crate) async fn hears(&self, pattern: Value) -> Value {
        let event = self.inbox.wait_for(&pattern).await;
        let wrong = shape::of_event(&event);
        assert!(wrong.is_empty(), "the event's shape: {wrong:#?}\n{event}");
        event
    }

    /// Whether an event that matches the pattern has already been received. Wait for a later event first.
    pub(crate) fn has_heard(&self, pattern: &Value) -> bool {
        self.inbox.take(pattern).is_some()
    }

    /// Sends a group message; returns its id.
    pub(crate) async fn says(&self, group: u64, message: impl Into<Value>) -> i64 {
        let message: Value = message.into();
        self.call(
            "send_group_msg",
            json!({"group_id": group, "message": message}),
        )
        .await
        .id()
    }

    /// Sends a private message; returns its id.
    pub(crate) async fn tells(&self, user: u64, message: impl Into<Value>) -> i64 {
        let message: Value = message.into();
        self.call(
            "send_private_msg",
            json!({"user_id": user, "message": message}),
        )
        .await
        .id()
    }

    /// Waits until the bot reports that it is online.
    pub(crate) async fn is_online(&self) {
        let wait = async {
            loop {
                let answer = self.call("get_status", json!({})).await.ok();
                if answer["online"] == true {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(STEP_TIMEOUT, wait)
            .await
            .expect("the bot comes online");
    }
}

impl Answer {
    /// Asserts that the action succeeded and that the shape of `data` matches the examples; returns `data`.
    pub(crate) fn ok(self) -> Value {
        assert_eq!(
            (&self.envelope["status"], &self.envelope["retcode"]),
            (&json!("ok"), &json!(0)),
            "{} succeeds: {}",
            self.action,
            self.envelope
        );
        let data = self.envelope["data"].clone();
        let wrong = shape::of_reply(&self.action, &data);
        assert!(
            wrong.is_empty(),
            "the shape of {}: {wrong:#?}\n{data}",
            self.action
        );
        data
    }

    /// Asserts that a send succeeded; returns the `message_id`.
    pub(crate) fn id(self) -> i64 {
        self.ok()["message_id"].as_i64().expect("a message id")
    }

    /// Asserts that the action failed with this code; returns the error message.
    pub(crate) fn fails(self, code: Code) -> String {
        // `/openapi.json` lists the codes that an action declares.
        if let Some(action) = REFERENCE.action(&self.action) {
            assert!(
                action.codes.contains(&code) || COMMON.contains(&code),
                "`.fails` of {} does not declare {code}",
                self.action
            );
        }
        assert_eq!(
            (
                &self.envelope["status"],
                &self.envelope["msg"],
                &self.envelope["retcode"]
            ),
            (&json!("failed"), &json!(code), &json!(code.retcode())),
            "{} fails: {}",
            self.action,
            self.envelope
        );
        assert_eq!(self.envelope["data"], Value::Null);
        self.envelope["message"]
            .as_str()
            .expect("a text")
            .to_owned()
    }
}
