//! Webhooks and reverse WebSockets through an HTTP proxy that the test implements (api/transports §13, point 10).

use std::net::SocketAddr;

use nekonap_gateway::{Config, Gateway, Webhook, WsClient};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::reverse::Framework;
use crate::support::STEP_TIMEOUT;
use crate::webhook;

/// A proxy that connects everything to `target`, and reports the head of each request.
async fn proxy(target: SocketAddr) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (heads, seen) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(forward(stream, target, heads.clone()));
        }
    });
    (address, seen)
}

async fn forward(mut stream: TcpStream, target: SocketAddr, heads: mpsc::UnboundedSender<String>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a head"));
    }
    let mut onward = TcpStream::connect(target).await.expect("a connection");
    if head.starts_with(b"CONNECT ") {
        let answer = b"HTTP/1.1 200 Connection established\r\n\r\n";
        stream.write_all(answer).await.expect("sent");
    } else {
        onward.write_all(&head).await.expect("sent");
    }
    let _ = heads.send(String::from_utf8(head).expect("text"));
    // Ends with an error if either side resets its connection.
    let _ = copy_bidirectional(&mut stream, &mut onward).await;
}

async fn start(config: Config) -> Gateway {
    let bot = crate::bot::start().await;
    Gateway::start(config, bot, Vec::new())
        .await
        .expect("a gateway")
}

async fn next(heads: &mut mpsc::UnboundedReceiver<String>) -> String {
    let head = timeout(STEP_TIMEOUT, heads.recv()).await;
    head.expect("a request in time").expect("a request")
}

#[tokio::test]
async fn reverse_websocket_connects_through_its_proxy() {
    let framework = Framework::listen().await;
    let (address, mut heads) = proxy(framework.address()).await;
    // Only the proxy knows the name, and the test's proxy ignores it.
    let entry = WsClient {
        proxy: Some(
            format!("http://me:s3cret@{address}")
                .parse()
                .expect("a proxy"),
        ),
        ..WsClient::new(
            "far",
            "ws://framework.invalid:8080/ws"
                .parse()
                .expect("an address"),
        )
    };
    let gateway = start(Config {
        ws_clients: vec![entry],
        ..Config::default()
    })
    .await;
    let mut accepted = framework.accept().await;
    assert_eq!(accepted.json().await["sub_type"], "connect");
    let head = next(&mut heads).await;
    assert!(
        head.starts_with("CONNECT framework.invalid:8080 HTTP/1.1\r\n"),
        "{head}"
    );
    // "me:s3cret" in base64.
    assert!(head.contains("Basic bWU6czNjcmV0"), "{head}");
    gateway.shutdown().await;
}

#[tokio::test]
async fn webhook_posts_through_its_proxy() {
    let (framework, mut posted) = webhook::framework(|_| webhook::done()).await;
    let (address, mut heads) = proxy(framework).await;
    let entry = Webhook {
        proxy: Some(format!("http://{address}").parse().expect("a proxy")),
        ..Webhook::new(
            "far",
            "http://framework.invalid:8080/hook"
                .parse()
                .expect("an address"),
        )
    };
    let gateway = start(Config {
        webhooks: vec![entry],
        ..Config::default()
    })
    .await;
    gateway.shutdown().await;
    let post = webhook::next(&mut posted).await;
    assert_eq!(post.json()["sub_type"], "disable");
    let head = next(&mut heads).await;
    assert!(
        head.starts_with("POST http://framework.invalid:8080/hook HTTP/1.1\r\n"),
        "{head}"
    );
}
