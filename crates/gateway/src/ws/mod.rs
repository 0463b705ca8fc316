//! WebSocket: the handshake (`forward`) and the conversation (`talk`), which is the same whoever connected to whom.

mod events;
pub(crate) mod forward;
mod inbox;
mod meta;
mod outbox;
mod talk;
