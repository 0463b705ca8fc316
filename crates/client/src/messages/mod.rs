//! Sends, recalls, reactions, buttons, pokes and typing. protocol/02 §4, §5, §9, §11.3, protocol/04 §3.9, §8.4

mod button;
pub(crate) mod poke;
pub(crate) mod reaction;
pub(crate) mod recall;
pub(crate) mod send;
mod typing;

use std::time::{SystemTime, UNIX_EPOCH};

pub use self::{
    recall::MessageKey,
    send::{Sending, SentMessage},
};

/// Current time, Unix seconds.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
