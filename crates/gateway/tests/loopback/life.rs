//! Starting, stopping, and peers that do not read (api/transports §4.6, §7.5, §13, point 8).

use std::time::{Duration, Instant};

use nekonap_gateway::{Config, Gateway, GatewayError, HttpServer, Listen, Protocol, WsServer};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Socket, raw, served};

#[tokio::test]
async fn address_in_use_is_reported() {
    let served = served(|_, _, _| {}).await;
    let taken = HttpServer {
        listen: Listen::from(served.http),
        ..HttpServer::default()
    };
    let config = Config {
        http: vec![taken],
        ..Config::default()
    };
    let error = Gateway::start(config, served.bot.clone(), Vec::new())
        .await
        .expect_err("it is in use");
    assert!(
        matches!(error, GatewayError::AddressInUse { .. }),
        "{error}"
    );
    let text = error.to_string();
    assert!(
        text.contains(&served.http.to_string()) && text.contains("another port"),
        "{text}"
    );
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn port_is_free_after_shutdown() {
    let first = served(|_, _, _| {}).await;
    let mut socket = Socket::open(first.ws, "/").await;
    assert_eq!(socket.json().await["sub_type"], "connect");
    let (http, ws) = (first.http, first.ws);
    first.gateway.shutdown().await;
    let config = Config {
        http: vec![HttpServer {
            listen: Listen::from(http),
            ..HttpServer::default()
        }],
        ws: vec![WsServer {
            listen: Listen::from(ws),
            ..WsServer::default()
        }],
        ..Config::default()
    };
    let second = Gateway::start(config, first.bot.clone(), Vec::new())
        .await
        .expect("the ports are free");
    assert_eq!((second.http(), second.ws()), (Some(http), Some(ws)));
    second.shutdown().await;
}

#[tokio::test]
async fn localhost_listens_on_both_loopback_addresses() {
    let served = served(|http, _, _| http.listen = Listen::new("localhost", 0)).await;
    let listening = served.gateway.listening();
    let http: Vec<_> = listening
        .iter()
        .filter(|listening| listening.protocol == Protocol::Http)
        .collect();
    assert!(
        http.iter()
            .all(|listening| listening.address.port() == served.http.port())
    );
    for listening in http {
        let answer = raw(
            listening.address,
            "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn shutdown_closes_websockets_with_1001() {
    let served = served(|_, _, _| {}).await;
    let mut sockets = Vec::new();
    for path in ["/", "/api", "/event"] {
        let mut socket = Socket::open(served.ws, path).await;
        // An answered call shows that the session is running.
        assert_eq!(
            socket.call(r#"{"action":"get_login_info","echo":1}"#).await["echo"],
            1
        );
        sockets.push(socket);
    }
    let reading = async {
        for socket in &mut sockets {
            assert_eq!(socket.closed().await, Some(1001));
        }
    };
    let start = Instant::now();
    tokio::join!(served.gateway.shutdown(), reading);
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "peers that answer hold nothing up"
    );
    assert!(
        TcpStream::connect(served.ws).await.is_err(),
        "the port is still open"
    );
}

#[tokio::test]
async fn peer_that_ignores_the_close_frame_does_not_delay_shutdown() {
    let served = served(|_, _, limits| limits.shutdown = Duration::from_millis(500)).await;
    let _silent = Socket::open(served.ws, "/").await;
    let mut half = TcpStream::connect(served.http).await.expect("a connection");
    half.write_all(b"GET /get_login").await.expect("sent");
    let start = Instant::now();
    served.gateway.shutdown().await;
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn incomplete_headers_and_idle_connections_time_out() {
    let served = served(|_, _, limits| {
        limits.head = Duration::from_millis(300);
        limits.idle = Duration::from_millis(300);
    })
    .await;
    // `raw` reads until the server closes.
    assert_eq!(
        raw(served.http, "GET /get_login_info HTTP/1.1\r\nhost: 127").await,
        ""
    );
    assert_eq!(raw(served.http, "").await, "");
    let kept = raw(
        served.http,
        "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
    )
    .await;
    assert!(kept.starts_with("HTTP/1.1 200 "), "{kept}");
    let slow = "POST /get_login_info HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\nconnection: close\r\n\r\n{";
    assert!(raw(served.http, slow).await.starts_with("HTTP/1.1 408 "));
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn sockets_over_the_limit_are_rejected() {
    let served = served(|_, _, limits| limits.sockets = 2).await;
    let mut first = Socket::open(served.ws, "/").await;
    let mut second = Socket::open(served.ws, "/").await;
    assert_eq!(first.json().await["sub_type"], "connect");
    assert_eq!(second.json().await["sub_type"], "connect");
    assert!(raw(served.ws, "").await.starts_with("HTTP/1.1 503 "));
    assert!(raw(served.ws, "").await.starts_with("HTTP/1.1 503 "));
    // Each entry has its own limit, and a closed socket no longer counts.
    assert!(
        raw(
            served.http,
            "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"
        )
        .await
        .contains(" 200 ")
    );
    first
        .message(tokio_tungstenite::tungstenite::Message::Close(None))
        .await;
    first.closed().await;
    drop(first);
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Ok(mut third) = Socket::try_open(served.ws, "/", &[]).await {
            assert_eq!(third.json().await["sub_type"], "connect");
            break;
        }
        assert!(Instant::now() < deadline, "the closed socket still counts");
    }
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn peer_that_does_not_read_its_answers_is_closed_and_does_not_block_others() {
    let served = served(|_, _, limits| limits.stuck = Duration::from_millis(500)).await;
    let mut quick = Socket::open(served.ws, "/").await;
    let stuck = TcpStream::connect(served.ws).await.expect("a connection");
    let (mut reading, mut writing) = stuck.into_split();
    let upgrade = "GET /api HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
                   sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    writing.write_all(upgrade.as_bytes()).await.expect("sent");
    let mut head = [0; 12];
    reading.read_exact(&mut head).await.expect("an answer");
    assert_eq!(&head, b"HTTP/1.1 101");
    // An endless series of calls with a long echo, masked with zeros, whose answers are never read. The server stops reading
    // when it cannot write, and then closes the connection: sending fails.
    let call = format!(
        r#"{{"action":"get_login_info","echo":"{}"}}"#,
        "x".repeat(60_000)
    );
    let mut frame = vec![0x81, 0xfe];
    frame.extend_from_slice(&u16::try_from(call.len()).expect("short").to_be_bytes());
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(call.as_bytes());
    let flood = async {
        let mut sent = 0;
        while writing.write_all(&frame).await.is_ok() {
            sent += frame.len();
            assert!(sent < 1 << 30, "the server never stops reading");
        }
    };
    let others = async {
        for echo in 0..50 {
            let answer = quick
                .call(&json!({"action": "get_login_info", "echo": echo}).to_string())
                .await;
            assert_eq!(answer["echo"], echo);
        }
    };
    tokio::join!(flood, others);
    served.gateway.shutdown().await;
}
