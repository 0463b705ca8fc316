//! What a framework reads on a WebSocket that it accepted.

use super::STEP_TIMEOUT;
use futures_util::StreamExt;
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

/// The next text frame that is not a heartbeat. Pings are answered.
pub(crate) async fn frame(socket: &mut WebSocketStream<TcpStream>) -> Value {
    loop {
        let next = timeout(STEP_TIMEOUT, socket.next()).await;
        let message = next
            .expect("a frame in time")
            .expect("a frame")
            .expect("whole");
        if let Message::Text(text) = message {
            let frame: Value = serde_json::from_str(&text).expect("JSON");
            if frame["meta_event_type"] != "heartbeat" {
                return frame;
            }
        }
    }
}
