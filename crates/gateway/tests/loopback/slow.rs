//! Slow readers of each kind lose the oldest events, are disconnected if they stop, and do not delay others
//! (api/transports §7.5).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use nekonap_gateway::{Config, Gateway, HttpServer, Limits, Listen, Webhook, WsServer};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::online::Online;
use crate::support::{STEP_TIMEOUT, Socket, client};

/// Number of messages: more than the event log and the buffers of a slow connection hold.
const MESSAGES: usize = 1_800;

/// Length of each message, so that the buffers of a socket hold few of them.
const LENGTH: usize = 4_000;

/// An upgrade for events.
const EVENTS: &str = "GET /event HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
                       sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// An upgrade for calls.
const API: &str = "GET /api HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
                   sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A request for server-sent events.
const STREAM: &str = "GET /_events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";

/// A connection with a small receive buffer that has sent a request and reads nothing.
async fn unread(address: SocketAddr, request: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    let mut stream = socket.connect(address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream
}

/// Reads events until message `last` has arrived, and returns the numbers of all messages, in order. A message's text
/// begins with `#`, its number and a space.
async fn read_until(stream: &mut TcpStream, last: usize) -> Vec<usize> {
    const MARK: &[u8] = br##""raw_message":"#"##;
    let (mut bytes, mut part, mut numbers) = (Vec::new(), vec![0; 1 << 16], Vec::new());
    while numbers.last() != Some(&last) {
        let read = timeout(STEP_TIMEOUT, stream.read(&mut part)).await;
        let read = read.expect("events in time").expect("events");
        assert_ne!(read, 0, "the connection stays open");
        bytes.extend_from_slice(&part[..read]);
        while let Some(at) = bytes.windows(MARK.len()).position(|window| window == MARK) {
            let rest = &bytes[at + MARK.len()..];
            let Some(end) = rest.iter().position(|byte| *byte == b' ') else {
                break;
            };
            let number = std::str::from_utf8(&rest[..end]).expect("text");
            numbers.push(number.parse().expect("a number"));
            bytes.drain(..at + MARK.len() + end);
        }
    }
    numbers
}

/// Checks what a slow reader got: the first messages, then the newest in order, with a gap between them.
fn has_gap(numbers: &[usize]) {
    assert_eq!(numbers.first(), Some(&0));
    assert_eq!(numbers.last(), Some(&(MESSAGES - 1)));
    assert!(numbers.is_sorted() && numbers.len() < MESSAGES);
    let gaps = numbers
        .windows(2)
        .filter(|pair| pair[1] != pair[0] + 1)
        .count();
    assert!(gaps >= 1, "{gaps} gaps in {} messages", numbers.len());
}

#[tokio::test]
async fn slow_readers_lose_the_oldest_events_and_others_lose_none() {
    let online = Online::start().await;
    let listen = Listen::new("127.0.0.1", 0);
    let (hook, mut posted, release) = slow_framework().await;
    let patient = Duration::from_mins(10);
    let limits = Limits {
        stuck: patient,
        ..Limits::default()
    };
    let config = Config {
        http: vec![HttpServer {
            listen: listen.clone(),
            events: true,
            limits: limits.clone(),
            ..HttpServer::default()
        }],
        ws: vec![WsServer {
            listen,
            limits,
            ..WsServer::default()
        }],
        webhooks: vec![Webhook {
            timeout: patient,
            ..Webhook::new(
                "slow",
                format!("http://{hook}").parse().expect("an address"),
            )
        }],
        ..Config::default()
    };
    let gateway = Gateway::start(config, online.bot.clone(), Vec::new())
        .await
        .expect("a gateway");
    let (http, ws) = (
        gateway.http().expect("HTTP"),
        gateway.ws().expect("WebSocket"),
    );
    let mut slow_socket = unread(ws, EVENTS).await;
    let mut slow_stream = unread(http, STREAM).await;
    let mut quick = Socket::open(ws, "/event").await;
    assert_eq!(quick.json().await["sub_type"], "connect");
    // The slow connections must be open before the first message, so each reads the first bytes of its answer.
    for stream in [&mut slow_socket, &mut slow_stream] {
        let mut head = [0; 8];
        stream.read_exact(&mut head).await.expect("an answer");
        assert_eq!(&head, b"HTTP/1.1");
    }
    let filler = "x".repeat(LENGTH);
    for number in 0..MESSAGES {
        online
            .says(10_002, 20_001, &format!("#{number} {filler}"))
            .await;
        let event = quick.json().await;
        let text = event["raw_message"].as_str().expect("a text");
        assert!(text.starts_with(&format!("#{number} ")), "{text}");
    }
    let lost = online.bot.status().stat.lost_times;
    assert_eq!(
        lost, 0,
        "a reader that waits for its socket loses nothing yet"
    );
    for stream in [&mut slow_socket, &mut slow_stream] {
        has_gap(&read_until(stream, MESSAGES - 1).await);
    }
    release.add_permits(2 * MESSAGES);
    let mut numbers = Vec::new();
    while numbers.last() != Some(&(MESSAGES - 1)) {
        let event: Value = timeout(STEP_TIMEOUT, posted.recv())
            .await
            .expect("in time")
            .expect("a post");
        if let Some(text) = event["raw_message"].as_str() {
            let number = text
                .trim_start_matches('#')
                .split(' ')
                .next()
                .expect("a number");
            numbers.push(number.parse().expect("a number"));
        }
    }
    numbers.sort_unstable();
    has_gap(&numbers);
    assert!(
        online.bot.status().stat.lost_times > 0,
        "the losses are counted"
    );
    drop((slow_socket, slow_stream, quick));
    gateway.shutdown().await;
    online.end().await;
}

/// A webhook that answers a post only for a permit of the semaphore.
async fn slow_framework() -> (
    SocketAddr,
    tokio::sync::mpsc::UnboundedReceiver<Value>,
    Arc<Semaphore>,
) {
    let release = Arc::new(Semaphore::new(0));
    let (events, posted) = tokio::sync::mpsc::unbounded_channel();
    let permits = Arc::clone(&release);
    let router = axum::Router::new().fallback(async move |body: axum::body::Bytes| {
        let event = serde_json::from_slice(&body).expect("JSON");
        permits.acquire().await.expect("open").forget();
        let _ = events.send(event);
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, posted, release)
}

#[tokio::test]
async fn reader_that_stops_is_disconnected() {
    let online = Online::start().await;
    let limits = Limits {
        stuck: Duration::from_millis(300),
        sockets: 3,
        ..Limits::default()
    };
    let config = Config {
        http: vec![HttpServer {
            listen: Listen::new("127.0.0.1", 0),
            events: true,
            websocket: true,
            limits,
            ..HttpServer::default()
        }],
        ..Config::default()
    };
    let gateway = Gateway::start(config, online.bot.clone(), Vec::new())
        .await
        .expect("a gateway");
    let http = gateway.http().expect("HTTP");
    let mut readers = Vec::new();
    for request in [EVENTS, STREAM] {
        let mut reader = unread(http, request).await;
        let mut head = [0; 8];
        reader.read_exact(&mut head).await.expect("an answer");
        readers.push(reader);
    }
    let mut quick = Socket::open(http, "/event").await;
    assert_eq!(quick.json().await["sub_type"], "connect");
    // Messages are sent until both slow readers have been disconnected, which frees their sockets.
    let filler = "x".repeat(LENGTH);
    let flood = async {
        let (mut free, mut number) = (Vec::new(), 0);
        while free.len() < 2 {
            online
                .says(10_002, 20_001, &format!("#{number} {filler}"))
                .await;
            let text = quick.json().await["raw_message"].to_string();
            assert!(text.starts_with(&format!("\"#{number} ")), "{text}");
            number += 1;
            let mut socket = unread(http, API).await;
            let mut head = [0; 12];
            // The connection is reset or answered with 503 if the limit is reached.
            if socket.read_exact(&mut head).await.is_ok() && &head == b"HTTP/1.1 101" {
                free.push(socket);
            }
        }
    };
    timeout(4 * STEP_TIMEOUT, flood)
        .await
        .expect("both are disconnected");
    drop(readers);
    gateway.shutdown().await;
    online.end().await;
}

#[tokio::test]
async fn client_that_stays_behind_is_closed_with_1013_and_memory_is_bounded() {
    let online = Online::start().await;
    let listen = Listen::new("127.0.0.1", 0);
    let limits = Limits {
        stuck: Duration::from_mins(10),
        // The first lost event is one too many.
        lagging: Duration::ZERO,
        ..Limits::default()
    };
    let config = Config {
        http: vec![HttpServer {
            listen: listen.clone(),
            ..HttpServer::default()
        }],
        ws: vec![WsServer {
            listen,
            limits,
            ..WsServer::default()
        }],
        ..Config::default()
    };
    let gateway = Gateway::start(config, online.bot.clone(), Vec::new())
        .await
        .expect("a gateway");
    let ws = gateway.ws().expect("WebSocket");
    let mut behind = unread(ws, EVENTS).await;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(behind.read_u8().await.expect("an answer"));
    }
    let mut quick = Socket::open(ws, "/event").await;
    assert_eq!(quick.json().await["sub_type"], "connect");
    let filler = "x".repeat(LENGTH);
    for number in 0..MESSAGES {
        online
            .says(10_002, 20_001, &format!("#{number} {filler}"))
            .await;
        let event = quick.json().await;
        let text = event["raw_message"].as_str().expect("a text");
        assert!(text.starts_with(&format!("#{number} ")), "{text}");
    }
    let metrics = format!("http://{}/metrics", gateway.http().expect("HTTP"));
    let metrics = client().get(metrics).send().await.expect("an answer");
    let metrics = metrics.text().await.expect("text");
    let figure = |name: &str| -> u64 {
        let line = metrics
            .lines()
            .find(|line| line.starts_with(&format!("{name}{{")));
        let (_, value) = line.expect(name).rsplit_once(' ').expect("a value");
        value.parse().expect("a number")
    };
    assert!(figure("nekonap_event_log_events") <= 1_024, "{metrics}");
    assert!(figure("nekonap_event_log_bytes") <= 32 << 20, "{metrics}");

    let mut behind = WebSocketStream::from_raw_socket(behind, Role::Client, None).await;
    let code = async {
        loop {
            match behind.next().await.expect("a frame").expect("whole") {
                Message::Close(frame) => return frame.map(|frame| frame.code),
                Message::Text(_) | Message::Ping(_) => {}
                other => panic!("unexpected: {other:?}"),
            }
        }
    };
    let code = timeout(STEP_TIMEOUT, code).await.expect("a close frame");
    assert_eq!(code, Some(CloseCode::Again));
    online.says(10_002, 20_001, "still here").await;
    assert_eq!(quick.json().await["raw_message"], "still here");
    gateway.shutdown().await;
    online.end().await;
}

#[tokio::test]
async fn peers_that_do_not_read_do_not_hold_up_the_shutdown() {
    let online = Online::start().await;
    let limits = Limits {
        // Longer than the test may take.
        shutdown: Duration::from_hours(1),
        ..Limits::default()
    };
    let config = Config {
        http: vec![HttpServer {
            listen: Listen::new("127.0.0.1", 0),
            events: true,
            websocket: true,
            limits,
            ..HttpServer::default()
        }],
        ..Config::default()
    };
    let gateway = Gateway::start(config, online.bot.clone(), Vec::new())
        .await
        .expect("a gateway");
    let http = gateway.http().expect("HTTP");
    let mut readers = Vec::new();
    for request in [EVENTS, STREAM] {
        let mut reader = unread(http, request).await;
        let mut head = [0; 8];
        reader.read_exact(&mut head).await.expect("an answer");
        readers.push(reader);
    }
    let half = unread(http, "POST /get_login_info HTTP/1.1\r\nhost: 127").await;
    let mut quick = Socket::open(http, "/event").await;
    assert_eq!(quick.json().await["sub_type"], "connect");
    let filler = "x".repeat(LENGTH);
    for number in 0..MESSAGES {
        online
            .says(10_002, 20_001, &format!("#{number} {filler}"))
            .await;
        quick.json().await;
    }
    let (ended, code) = tokio::join!(timeout(STEP_TIMEOUT, gateway.shutdown()), quick.closed());
    ended.expect("it does not wait for them");
    assert_eq!(code, Some(1001), "the others are closed in order");
    drop((readers, half));
    online.end().await;
}
