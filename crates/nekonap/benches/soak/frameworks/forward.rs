//! Frameworks that connect to the endpoint (api/transports §4), and how a framework reads a WebSocket.

use super::{Behaviour, Calm};
use crate::{ledger::Tally, world::TOKEN};
use futures_util::StreamExt;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

/// Time between two attempts to connect.
const RECONNECT: Duration = Duration::from_millis(50);
/// Time between two frames of a slow reader.
const SLOW: Duration = Duration::from_millis(200);
/// How often a framework looks whether it is time to behave differently.
const LOOK: Duration = Duration::from_millis(50);

/// Connects again after each end.
pub(super) async fn connect(port: u16, tally: Arc<Tally>, behaviour: Behaviour, calm: Calm) {
    loop {
        let url = format!("ws://127.0.0.1:{port}/event?access_token={TOKEN}");
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await
            && let Ok((socket, _)) = client_async(url, stream).await
        {
            tally.connected();
            read(socket, &tally, behaviour, &calm).await;
        }
        sleep(RECONNECT).await;
    }
}

/// Reads events until the connection ends or the framework has enough.
pub(super) async fn read(
    mut socket: WebSocketStream<TcpStream>,
    tally: &Tally,
    behaviour: Behaviour,
    calm: &Calm,
) {
    let until = Instant::now() + Duration::from_millis(rand::random_range(50..5_000));
    loop {
        if behaviour == Behaviour::Restless && Instant::now() > until && !calm.is_on() {
            match rand::random_range(0..3) {
                0 => {
                    // The other side may not answer; then the connection is dropped.
                    let _ = timeout(Duration::from_secs(1), socket.close(None)).await;
                }
                1 => {}
                _ => {
                    // Stops reading, and then ends as a process that is killed: what the socket holds was never seen.
                    sleep(Duration::from_millis(rand::random_range(100..5_000))).await;
                }
            }
            return;
        }
        let message = match timeout(LOOK, socket.next()).await {
            Err(_) => continue,
            Ok(Some(Ok(message))) => message,
            Ok(_) => return,
        };
        if let Message::Text(text) = message
            && let Ok(event) = serde_json::from_str(&text)
        {
            tally.event(&event);
        }
        if behaviour == Behaviour::Slow && !calm.is_on() {
            sleep(SLOW).await;
        }
    }
}
