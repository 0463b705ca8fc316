//! Frameworks that were away get what they missed (api/transports §7.7): `--replay`.

use crate::story::{STEP_TIMEOUT, Story, framework::frame};
use axum::{Json, Router, extract::State, http::StatusCode};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};
use tokio_tungstenite::{WebSocketStream, accept_async, tungstenite::Message};

/// What a framework has seen, without repeats: the text of each event by its id.
#[derive(Default)]
struct Seen {
    texts: BTreeMap<u64, String>,
    repeats: usize,
}

impl Seen {
    /// Notes an event. Ids of new events grow, and a repeat has the text of the first time.
    fn add(&mut self, event: &Value) {
        let id = event["event_id"].as_u64().expect("an event id");
        let text = event["raw_message"].as_str().expect("a message").to_owned();
        match self.texts.get(&id) {
            Some(known) => {
                assert_eq!(*known, text);
                self.repeats += 1;
            }
            None => {
                let newest = self.texts.last_key_value().map_or(0, |(id, _)| *id);
                assert!(newest < id, "{text} comes after a newer event");
                self.texts.insert(id, text);
            }
        }
    }

    fn in_order(&self) -> Vec<&str> {
        self.texts.values().map(String::as_str).collect()
    }
}

fn numbered(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("message {number}"))
        .collect()
}

/// Accepts a WebSocket and reads its lifecycle event, which is first.
async fn accept(framework: &TcpListener) -> WebSocketStream<TcpStream> {
    let accepted = timeout(STEP_TIMEOUT, framework.accept()).await;
    let (stream, _) = accepted
        .expect("a connection in time")
        .expect("a connection");
    let mut socket = accept_async(stream).await.expect("a handshake");
    let first = frame(&mut socket).await;
    assert_eq!(first["sub_type"], "connect");
    assert_eq!(first.get("event_id"), None);
    socket
}

#[tokio::test]
async fn killed_framework_has_seen_all_messages_in_order_after_its_restarts() {
    let framework = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("ws://{}", framework.local_addr().expect("an address"));
    let story = Story::beginning()
        .connecting_to(&url)
        .replaying("10m")
        .begin()
        .await;
    let texts = numbered(1_000);
    let bob = story.person(10002);
    let saying = async {
        for text in &texts {
            bob.says(20001, text.as_str()).await;
        }
    };
    let receiving = async {
        let mut seen = Seen::default();
        // The number of messages after which the framework is killed, in each of its lives.
        for life in [150, 1, 300, usize::MAX] {
            let mut socket = accept(&framework).await;
            let before = seen.texts.len();
            while seen.texts.len() < 1_000 && seen.texts.len() - before < life {
                seen.add(&frame(&mut socket).await);
            }
            // The socket is dropped without a close frame.
        }
        seen
    };
    let ((), seen) = tokio::join!(saying, receiving);
    assert_eq!(seen.in_order(), texts);
    assert!(
        seen.repeats > 0,
        "the last events before a kill are repeated"
    );
}

#[tokio::test]
async fn acknowledged_events_are_not_repeated_beyond_the_last_64() {
    let framework = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("ws://{}", framework.local_addr().expect("an address"));
    let story = Story::beginning()
        .connecting_to(&url)
        .replaying("10m")
        .begin()
        .await;
    let texts = numbered(100);
    let mut socket = accept(&framework).await;
    let bob = story.person(10002);
    let mut first = Seen::default();
    for text in &texts {
        bob.says(20001, text.as_str()).await;
        first.add(&frame(&mut socket).await);
    }
    // The ping that follows the last event is answered when it is read, and the answer is written at the next read.
    loop {
        let next = timeout(STEP_TIMEOUT, socket.next()).await;
        if let Message::Ping(payload) = next.expect("a ping").expect("a frame").expect("whole") {
            let newest = first.texts.last_key_value().expect("an event").0;
            if payload[..] == newest.to_be_bytes() {
                break;
            }
        }
    }
    socket.flush().await.expect("the answer is written");
    socket.close(None).await.expect("closed");
    while let Some(Ok(_)) = socket.next().await {}
    bob.says(20001, "afterwards").await;
    let mut socket = accept(&framework).await;
    let mut again = Seen::default();
    while again.in_order().last() != Some(&"afterwards") {
        again.add(&frame(&mut socket).await);
    }
    let mut expected: Vec<&str> = texts[36..].iter().map(String::as_str).collect();
    expected.push("afterwards");
    assert_eq!(again.in_order(), expected);
}

#[derive(Clone)]
struct Hook {
    events: mpsc::UnboundedSender<Value>,
    /// Status of the next answers.
    status: Arc<AtomicU64>,
}

async fn hook(State(hook): State<Hook>, Json(event): Json<Value>) -> StatusCode {
    let status = hook.status.load(Ordering::Relaxed);
    let _ = hook.events.send(event);
    StatusCode::from_u16(u16::try_from(status).expect("small")).expect("a status")
}

/// The next message that a webhook receives.
async fn posted(events: &mut mpsc::UnboundedReceiver<Value>) -> Value {
    loop {
        let event = timeout(STEP_TIMEOUT, events.recv()).await;
        let event = event.expect("a post in time").expect("a post");
        if event["post_type"] == "message" {
            return event;
        }
    }
}

#[tokio::test]
async fn webhook_repeats_posts_until_they_are_answered_and_keeps_their_order() {
    let (sender, mut events) = mpsc::unbounded_channel();
    let status = Arc::new(AtomicU64::new(503));
    let router = Router::new().fallback(hook).with_state(Hook {
        events: sender,
        status: Arc::clone(&status),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let story = Story::beginning()
        .posting_to(&url)
        .replaying("10m")
        .begin()
        .await;
    let bob = story.person(10002);
    for text in ["one", "two", "three"] {
        bob.says(20001, text).await;
    }
    // While the framework is not well, the same event is posted again and again.
    let one = posted(&mut events).await;
    assert_eq!(one["raw_message"], "one");
    assert_eq!(posted(&mut events).await, one);
    status.store(200, Ordering::Relaxed);
    assert_eq!(posted(&mut events).await, one);
    assert_eq!(posted(&mut events).await["raw_message"], "two");
    assert_eq!(posted(&mut events).await["raw_message"], "three");
    // What the framework refuses is counted and skipped.
    status.store(400, Ordering::Relaxed);
    bob.says(20001, "four").await;
    assert_eq!(posted(&mut events).await["raw_message"], "four");
    status.store(204, Ordering::Relaxed);
    bob.says(20001, "five").await;
    assert_eq!(posted(&mut events).await["raw_message"], "five");
    let status = story.bot().call("get_status", json!({})).await.ok();
    let lost = json!({"webhook-1": 1});
    assert_eq!(status["stat"]["lost_by_connection"], lost);
}

/// A stream of server-sent events.
struct Stream {
    answer: reqwest::Response,
    buffer: String,
}

impl Stream {
    /// The next event that is not a heartbeat, with its id line.
    async fn next(&mut self) -> (Option<u64>, Value) {
        loop {
            while let Some((block, _)) = self.buffer.split_once("\n\n") {
                let line = |name| block.lines().find_map(|line| line.strip_prefix(name));
                let data = line("data: ").map(|data| serde_json::from_str(data).expect("JSON"));
                let id = line("id: ").map(|id| id.parse().expect("a number"));
                let read = block.len() + 2;
                self.buffer.drain(..read);
                if let Some(event) = data {
                    let event: Value = event;
                    if event["meta_event_type"] != "heartbeat" {
                        return (id, event);
                    }
                }
            }
            let chunk = timeout(STEP_TIMEOUT, self.answer.chunk()).await;
            let chunk = chunk.expect("an event in time").expect("a chunk");
            self.buffer += std::str::from_utf8(&chunk.expect("an open stream")).expect("text");
        }
    }
}

#[tokio::test]
async fn event_stream_resumes_after_the_last_event_id() {
    let story = Story::beginning().replaying("10m").begin().await;
    let bob = story.person(10002);
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let url = format!("{}/_events", story.ready().http);
    let open = async |id: Option<u64>, query: &str| {
        let mut request = client
            .get(format!("{url}{query}"))
            .bearer_auth(&story.ready().token);
        if let Some(id) = id {
            request = request.header("last-event-id", id);
        }
        let mut stream = Stream {
            answer: request.send().await.expect("an answer"),
            buffer: String::new(),
        };
        let (id, first) = stream.next().await;
        assert_eq!((id, &first["sub_type"]), (None, &json!("connect")));
        stream
    };
    bob.says(20001, "before").await;
    story.bot().hears(json!({"raw_message": "before"})).await;
    let mut stream = open(None, "").await;
    bob.says(20001, "one").await;
    let (one, event) = stream.next().await;
    assert_eq!(event["raw_message"], "one");
    assert_eq!(event["event_id"].as_u64(), one);
    drop(stream);
    bob.says(20001, "two").await;
    bob.says(20001, "three").await;
    let one = one.expect("an id");
    for mut stream in [
        open(Some(one), "").await,
        open(None, &format!("?last_event_id={one}")).await,
    ] {
        assert_eq!(stream.next().await.1["raw_message"], "two");
        assert_eq!(stream.next().await.1["raw_message"], "three");
    }
    let bad = client
        .get(format!("{url}?last_event_id=yesterday"))
        .bearer_auth(&story.ready().token)
        .send()
        .await
        .expect("an answer");
    assert_eq!(bad.status(), 400);
}

#[tokio::test]
async fn forward_connection_gets_what_was_missed_since_the_last_one() {
    let story = Story::beginning().replaying("10m").begin().await;
    let bob = story.person(10002);
    bob.says(20001, "with the bot").await;
    // The story's own connection is on the same entry.
    let event = story
        .bot()
        .hears(json!({"raw_message": "with the bot"}))
        .await;
    assert!(event["event_id"].is_u64());
    let mut socket = crate::story::socket(&story.ready().ws, &story.ready().token).await;
    let mut next = async || loop {
        let message = timeout(STEP_TIMEOUT, socket.next()).await;
        let message = message.expect("in time").expect("a frame").expect("whole");
        if let Message::Text(text) = message {
            let event: Value = serde_json::from_str(&text).expect("JSON");
            if event["post_type"] == "message" {
                return event;
            }
        }
    };
    assert_eq!(next().await, event);
    bob.says(20001, "to both").await;
    assert_eq!(next().await["raw_message"], "to both");
}
