//! WebSocket: both handshakes (`forward`: frameworks connect to us, `reverse`: we connect to them) and the session
//! (`talk`), which is the same after either.

mod events;
pub(crate) mod forward;
mod inbox;
mod outbox;
pub(crate) mod reverse;
mod talk;

use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// The read buffer of each connection. The library's default, 128 KiB, would be most of what an idle process with a few
/// frameworks needs; larger frames grow it.
const READ_BUFFER: usize = 16 << 10;

/// The settings of a socket's codec. `longest`: bytes of the largest message that is read.
fn socket_config(longest: usize) -> WebSocketConfig {
    WebSocketConfig::default()
        .max_message_size(Some(longest))
        .max_frame_size(Some(longest))
        .read_buffer_size(READ_BUFFER)
}
