//! Calls of actions over HTTP and WebSocket, with their results and latencies.

use crate::{
    endpoint,
    histogram::Histogram,
    world::{GROUPS, TOKEN, group},
};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

/// Callers over HTTP, each with one call in flight.
const HTTP_CALLERS: usize = 3;
/// Time between two calls of a caller.
const PERIOD: Duration = Duration::from_millis(250);
/// How long a caller waits for an answer. Longer than any timeout of an action.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// Sent messages that a caller remembers, to recall or read them.
const REMEMBERED: usize = 20;

/// Results and latencies of all calls, by action and result.
#[derive(Default)]
pub(crate) struct Results(Mutex<BTreeMap<(&'static str, String), Times>>);

/// Latencies of the calls with one result, and the text of the newest failure.
#[derive(Default)]
struct Times {
    times: Histogram,
    text: String,
}

/// A line of the report.
pub(crate) struct Summary {
    pub(crate) action: &'static str,
    /// `ok`, the machine code of the failure (api/actions §1.4), or `no answer`.
    pub(crate) result: String,
    pub(crate) count: u64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// The text of the newest failure.
    pub(crate) text: String,
}

impl Results {
    fn add(&self, action: &'static str, (result, text): (String, String), time: Duration) {
        let mut results = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = results.entry((action, result)).or_default();
        times.times.add(time);
        times.text = text;
    }

    pub(crate) fn summaries(&self) -> Vec<Summary> {
        let results = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = results.iter().map(|((action, result), times)| Summary {
            action,
            result: result.clone(),
            count: times.times.count(),
            p50: times.times.milliseconds(0.5),
            p99: times.times.milliseconds(0.99),
            text: times.text.clone(),
        });
        lines.collect()
    }
}

/// Calls actions until the tasks are aborted.
pub(crate) fn start(tasks: &mut JoinSet<()>, ports: endpoint::Ports, results: &Arc<Results>) {
    for _ in 0..HTTP_CALLERS {
        tasks.spawn(over_http(ports.http, Arc::clone(results)));
    }
    tasks.spawn(over_websocket(ports.ws, Arc::clone(results)));
}

/// A caller: chooses the next call and learns from its answer.
#[derive(Default)]
struct Caller {
    sent: VecDeque<Value>,
    number: u64,
}

impl Caller {
    fn next(&mut self) -> (&'static str, Value) {
        self.number += 1;
        let group = group(rand::random_range(0..GROUPS));
        let sent = self.sent.front().cloned();
        match (rand::random_range(0..10), sent) {
            (0, Some(id)) => {
                self.sent.pop_front();
                ("delete_msg", json!({"message_id": id}))
            }
            (1, Some(id)) => ("get_msg", json!({"message_id": id})),
            (2, _) => ("get_group_list", json!({})),
            (3, _) => ("get_group_member_list", json!({"group_id": group})),
            (4, _) => ("get_friend_list", json!({})),
            (5, _) => ("get_status", json!({})),
            _ => (
                "send_group_msg",
                json!({"group_id": group, "message": format!("call {}", self.number)}),
            ),
        }
    }

    /// The result of an answer, and the text of a failure.
    fn answered(&mut self, action: &str, answer: &Value) -> (String, String) {
        if answer["status"] == "ok" {
            if action == "send_group_msg" {
                self.sent.push_back(answer["data"]["message_id"].clone());
                self.sent.truncate(REMEMBERED);
            }
            return ("ok".to_owned(), String::new());
        }
        let text = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
        (text("msg"), text("message"))
    }
}

/// The result of a call without an answer.
fn no_answer(why: &str) -> (String, String) {
    ("no answer".to_owned(), why.to_owned())
}

async fn over_http(port: u16, results: Arc<Results>) {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(ANSWER_TIMEOUT)
        .build()
        .expect("an HTTP client");
    let mut caller = Caller::default();
    loop {
        let (action, params) = caller.next();
        let request = client
            .post(format!("http://127.0.0.1:{port}/{action}"))
            .bearer_auth(TOKEN)
            .json(&params);
        let begun = Instant::now();
        let answer = async { request.send().await?.json::<Value>().await };
        let result = match answer.await {
            Ok(answer) => caller.answered(action, &answer),
            Err(error) => no_answer(&error.to_string()),
        };
        results.add(action, result, begun.elapsed());
        sleep(PERIOD).await;
    }
}

async fn over_websocket(port: u16, results: Arc<Results>) {
    let mut caller = Caller::default();
    loop {
        let url = format!("ws://127.0.0.1:{port}/api?access_token={TOKEN}");
        let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await else {
            sleep(PERIOD).await;
            continue;
        };
        if let Ok((mut socket, _)) = client_async(url, stream).await {
            while call(&mut socket, &mut caller, &results).await.is_some() {
                sleep(PERIOD).await;
            }
        }
        sleep(PERIOD).await;
    }
}

/// One call; `None` when the connection has ended.
async fn call(
    socket: &mut WebSocketStream<TcpStream>,
    caller: &mut Caller,
    results: &Results,
) -> Option<()> {
    let (action, params) = caller.next();
    let frame = json!({"action": action, "params": params, "echo": caller.number});
    let begun = Instant::now();
    let answer = async {
        socket.send(Message::text(frame.to_string())).await.ok()?;
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Text(text) = message {
                return serde_json::from_str::<Value>(&text).ok();
            }
        }
        None
    };
    let answer = timeout(ANSWER_TIMEOUT, answer).await.ok().flatten();
    let result = match &answer {
        Some(answer) => caller.answered(action, answer),
        None => no_answer("the connection ended"),
    };
    results.add(action, result, begun.elapsed());
    answer.map(|_| ())
}
