//! Peers that never read, send garbage, or give up in the middle of a request.

use crate::{endpoint, world::TOKEN};
use futures_util::SinkExt;
use std::time::Duration;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

/// Peers that connect and never read.
const SILENT: usize = 4;
/// How long such a peer stays, at most. The endpoint closes the connection earlier if it is stuck.
const SILENCE: Duration = Duration::from_secs(120);
/// Time between two attacks of a peer that sends garbage.
const BETWEEN: Duration = Duration::from_millis(300);
/// How long an attack may take: the endpoint may stop reading.
const ATTACK: Duration = Duration::from_secs(5);

/// Starts the bad peers.
pub(super) fn start(tasks: &mut JoinSet<()>, ports: endpoint::Ports) {
    for _ in 0..SILENT {
        tasks.spawn(never_read(ports.ws));
    }
    tasks.spawn(garbage(ports));
}

async fn open(port: u16, token: &str) -> Option<WebSocketStream<TcpStream>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let url = format!("ws://127.0.0.1:{port}/?access_token={token}");
    Some(client_async(url, stream).await.ok()?.0)
}

async fn never_read(port: u16) {
    loop {
        if let Some(socket) = open(port, TOKEN).await {
            sleep(SILENCE).await;
            drop(socket);
        }
        sleep(BETWEEN).await;
    }
}

async fn garbage(ports: endpoint::Ports) {
    for attack in 0_u32.. {
        // A peer that cannot finish is the same as one that finishes.
        let _ = timeout(ATTACK, once(attack, ports)).await;
        sleep(BETWEEN).await;
    }
}

async fn once(attack: u32, ports: endpoint::Ports) -> Option<()> {
    let port = if attack.is_multiple_of(2) {
        ports.http
    } else {
        ports.ws
    };
    match attack / 2 % 6 {
        0 => raw(port, &random_bytes(4_096)).await,
        1 => {
            raw(
                port,
                b"POST /send_group_msg HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"group",
            )
            .await
        }
        2 => {
            let mut head = b"GET /get_status HTTP/1.1\r\n".to_vec();
            head.extend_from_slice("X-Long: yes\r\n".repeat(20_000).as_bytes());
            raw(port, &head).await
        }
        3 => {
            let mut socket = open(ports.ws, TOKEN).await?;
            for text in ["nonsense", "{\"action\":", "[]", "{\"echo\":{\"a\":1}}", ""] {
                socket.send(Message::text(text)).await.ok()?;
            }
            socket.send(Message::binary(random_bytes(4_096))).await.ok()
        }
        4 => {
            let mut socket = open(ports.ws, TOKEN).await?;
            // Many calls at once, and no reading of the answers.
            for number in 0..2_000 {
                let call = format!("{{\"action\":\"get_status\",\"echo\":{number}}}");
                socket.send(Message::text(call)).await.ok()?;
            }
            Some(())
        }
        _ => {
            // Not more often than the endpoint allows: the good frameworks have the same address.
            if attack.is_multiple_of(120) {
                open(ports.ws, "wrong").await?;
            }
            Some(())
        }
    }
}

async fn raw(port: u16, bytes: &[u8]) -> Option<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    stream.write_all(bytes).await.ok()
}

fn random_bytes(length: usize) -> Vec<u8> {
    (0..length).map(|_| rand::random()).collect()
}
