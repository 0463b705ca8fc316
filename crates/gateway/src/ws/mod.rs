//! WebSocket: the handshakes (`forward`: frameworks connect to this program, `reverse`: it connects to them) and the
//! session, which is the same in both directions.

mod events;
pub(crate) mod forward;
mod inbox;
mod outbox;
pub(crate) mod reverse;
mod session;

use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// Read buffer of each connection, in bytes; it grows for larger frames. With the library's default of 128 KiB, the buffers
/// would be most of the memory of an idle process.
const READ_BUFFER: usize = 16 << 10;

/// WebSocket settings. `max_message`: maximum size of a received message, in bytes.
fn socket_config(max_message: usize) -> WebSocketConfig {
    WebSocketConfig::default()
        .max_message_size(Some(max_message))
        .max_frame_size(Some(max_message))
        .read_buffer_size(READ_BUFFER)
}
