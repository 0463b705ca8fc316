//! Frameworks that misbehave, beside one that behaves well: it gets every event in order and an answer to every call
//! (api/transports §4.4, §7.5).

use crate::story::{STEP_TIMEOUT, Story, socket};
use futures_util::{SinkExt, StreamExt, future::join};
use serde_json::{Value, json};
use std::{cell::Cell, collections::HashSet, ops::Range};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// Messages that the well-behaved framework sends beside each misbehaving one.
const MESSAGES: u64 = 200;

/// How often something is done to Nekonap at least.
const ROUNDS: usize = 20;

/// Messages that do not fit into the event log (1,024) and the buffers of a socket (at most 4 MiB on Linux) together.
const TOO_MANY: u64 = 2_000;

/// The text of message `number`. It is long, because many short ones would fit into the buffers of a socket.
fn text(number: u64) -> String {
    format!("{number:03000}")
}

/// The number of a message that the bot sent, if the frame is one.
fn number(frame: &Value) -> Option<u64> {
    let text = frame["raw_message"].as_str()?;
    (frame["post_type"] == "message_sent").then(|| text.parse().expect("a number"))
}

async fn story() -> Story {
    Story::beginning().reporting_own_messages().begin().await
}

/// A framework that sends all messages of a range without waiting, and reads: each call has an answer, and each message is
/// reported once, in order.
async fn well_behaved(story: &Story, numbers: Range<u64>) {
    let (mut sink, mut frames) = socket(&story.ready().ws, &story.ready().token)
        .await
        .split();
    let calls = async {
        for number in numbers.clone() {
            let call = json!({
                "action": "send_group_msg", "echo": number,
                "params": {"group_id": 20001, "message": text(number)},
            });
            let call = Message::text(call.to_string());
            sink.send(call).await.expect("the WebSocket stays open");
        }
    };
    let reports = async {
        let mut unanswered: HashSet<u64> = numbers.clone().collect();
        let mut expected = numbers.clone();
        while !(unanswered.is_empty() && expected.is_empty()) {
            let frame = timeout(STEP_TIMEOUT, frames.next()).await;
            let frame = frame
                .expect("a frame in time")
                .expect("a frame")
                .expect("whole");
            let Message::Text(frame) = frame else {
                continue;
            };
            let frame: Value = serde_json::from_str(&frame).expect("JSON");
            if let Some(number) = number(&frame) {
                assert_eq!(Some(number), expected.next());
            } else if frame.get("post_type").is_none() {
                assert_eq!(frame["status"], "ok", "{frame}");
                let echo = frame["echo"].as_u64().expect("a number");
                assert!(unanswered.remove(&echo), "a second answer: {frame}");
            }
        }
    };
    join(calls, reports).await;
}

/// Repeats `misbehave`, with the number of the round, at least [`ROUNDS`] times and as long as a well-behaved framework
/// works.
async fn beside(story: &Story, misbehave: impl AsyncFn(usize)) {
    let done = Cell::new(false);
    let work = async {
        well_behaved(story, 0..MESSAGES).await;
        done.set(true);
    };
    let nuisance = async {
        let mut round = 0;
        while !done.get() || round < ROUNDS {
            misbehave(round).await;
            round += 1;
        }
    };
    join(work, nuisance).await;
}

/// A connection to the bot's WebSocket whose receive buffer is as small as the system allows.
async fn small_connection(story: &Story) -> WebSocketStream<TcpStream> {
    let tcp = TcpSocket::new_v4().expect("a socket");
    tcp.set_recv_buffer_size(1).expect("a size");
    let address = story.ready().ws.trim_start_matches("ws://");
    let stream = tcp
        .connect(address.parse().expect("an address"))
        .await
        .expect("connected");
    let mut request = story
        .ready()
        .ws
        .as_str()
        .into_client_request()
        .expect("an address");
    let token = format!("Bearer {}", story.ready().token);
    request
        .headers_mut()
        .insert("Authorization", token.parse().expect("a header"));
    client_async(request, stream).await.expect("an upgrade").0
}

#[tokio::test]
async fn framework_that_stops_reading_loses_only_the_oldest_events() {
    let story = story().await;
    let mut slow = small_connection(&story).await;
    well_behaved(&story, 0..TOO_MANY).await;
    let mut heard: Vec<u64> = Vec::new();
    while heard.last() != Some(&(TOO_MANY - 1)) {
        let frame = timeout(STEP_TIMEOUT, slow.next()).await;
        let frame = frame
            .expect("a frame in time")
            .expect("a frame")
            .expect("whole");
        if let Message::Text(frame) = frame {
            heard.extend(number(&serde_json::from_str(&frame).expect("JSON")));
        }
    }
    assert!(heard.is_sorted_by(|one, next| one < next), "in order");
    let missing = TOO_MANY - u64::try_from(heard.len()).expect("a count");
    assert!(missing > 0, "all were kept for the slow framework");
    assert_eq!(lost_events(&story).await, missing);
}

async fn lost_events(story: &Story) -> u64 {
    let status = story.bot().call("get_status", json!({})).await.ok();
    status["stat"]["lost_times"].as_u64().expect("a count")
}

#[tokio::test]
async fn frameworks_that_close_or_reconnect_at_once_do_not_disturb_others() {
    let story = story().await;
    beside(&story, async |round| {
        let mut socket = socket(&story.ready().ws, &story.ready().token).await;
        match round % 3 {
            // It is gone before the first event.
            0 => drop(socket),
            // It waits for the first event, then is killed.
            1 => drop(socket.next().await),
            // It leaves politely, with a call that is still running.
            _ => {
                let call = json!({"action": "get_group_list", "params": {"no_cache": true}});
                let call = Message::text(call.to_string());
                socket.send(call).await.expect("sent");
                socket.close(None).await.expect("closed");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn garbage_ends_its_own_connection_only() {
    let story = story().await;
    let ws = story.ready().ws.trim_start_matches("ws://");
    let http = story.ready().http.trim_start_matches("http://");
    let upgrade = format!(
        "GET / HTTP/1.1\r\nhost: {ws}\r\nauthorization: Bearer {}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        story.ready().token
    );
    // A ping of 126 bytes, one more than allowed.
    let ping = [&[0x89, 0xfe, 0, 126][..], &[0; 4 + 126]].concat();
    let frames: [&[u8]; 6] = [
        // A text frame that is not UTF-8, masked with zeros.
        &[0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe],
        // A frame without a mask.
        &[0x81, 0x02, b'h', b'i'],
        // A reserved opcode.
        &[0x8f, 0x80, 0, 0, 0, 0],
        // A continuation of nothing.
        &[0x80, 0x80, 0, 0, 0, 0],
        &ping,
        // A frame of 2^63 - 1 bytes.
        &[
            0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,
        ],
    ];
    beside(&story, async |round| {
        // Bytes that are neither HTTP nor a frame, on both ports.
        for address in [ws, http] {
            ends(
                address,
                &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, b'\r', b'\n'],
            )
            .await;
        }
        let garbage = [upgrade.as_bytes(), frames[round % frames.len()]].concat();
        ends(ws, &garbage).await;
        // Text that is not a call is answered, and the connection goes on.
        let mut socket = socket(&format!("{}/api", story.ready().ws), &story.ready().token).await;
        for nonsense in ["nonsense", "{", "\u{0}", &"[".repeat(100_000)] {
            socket.send(Message::text(nonsense)).await.expect("sent");
            let answer = socket.next().await.expect("an answer").expect("a frame");
            let answer: Value =
                serde_json::from_str(answer.to_text().expect("text")).expect("JSON");
            assert_eq!(answer["retcode"], 1400, "{answer}");
        }
    })
    .await;
}

/// Sends bytes and reads until the server ends the connection.
async fn ends(address: &str, bytes: &[u8]) {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    stream.write_all(bytes).await.expect("written");
    let mut rest = Vec::new();
    // A connection that ends with unread bytes is reset.
    let _ = timeout(STEP_TIMEOUT, stream.read_to_end(&mut rest))
        .await
        .expect("the server ends the connection");
}

#[tokio::test]
async fn ten_thousand_calls_at_once_are_all_answered_and_delay_nobody() {
    const CALLS: u64 = 10_000;
    let story = story().await;
    let url = format!("{}/api", story.ready().ws);
    let (mut sink, mut answers) = socket(&url, &story.ready().token).await.split();
    let flood = async {
        for echo in 0..CALLS {
            let call = json!({"action": "get_login_info", "echo": echo}).to_string();
            sink.feed(Message::text(call)).await.expect("sent");
        }
        sink.flush().await.expect("sent");
    };
    let answered = async {
        let mut unanswered: HashSet<u64> = (0..CALLS).collect();
        while !unanswered.is_empty() {
            let answer = timeout(STEP_TIMEOUT, answers.next()).await;
            let answer = answer
                .expect("an answer in time")
                .expect("an answer")
                .expect("whole");
            let Message::Text(answer) = answer else {
                continue;
            };
            let answer: Value = serde_json::from_str(&answer).expect("JSON");
            assert_eq!(answer["data"]["user_id"], 10001);
            let echo = answer["echo"].as_u64().expect("a number");
            assert!(unanswered.remove(&echo), "a second answer: {answer}");
        }
    };
    join(join(flood, answered), well_behaved(&story, 0..MESSAGES)).await;
}

#[tokio::test]
async fn frameworks_that_accept_and_never_answer_do_not_delay_others() {
    // Both listeners accept connections into their queues and never read.
    let reverse = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let webhook = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = |listener: &TcpListener| listener.local_addr().expect("an address");
    let story = Story::beginning()
        .reporting_own_messages()
        .connecting_to(&format!("ws://{}", address(&reverse)))
        .posting_to(&format!("http://{}", address(&webhook)))
        .begin()
        .await;
    well_behaved(&story, 0..MESSAGES).await;
    assert_eq!(lost_events(&story).await, 0);
}
