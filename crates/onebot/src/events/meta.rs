use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// An event about the connection itself, by `meta_event_type` (api/events-and-segments §2).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "meta_event_type", rename_all = "snake_case")]
pub enum Meta {
    /// The first frame of a connection.
    Lifecycle(Lifecycle),
    /// A sign of life.
    Heartbeat(Heartbeat),
}

/// `meta_event` / `lifecycle`, by `sub_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "sub_type", rename_all = "snake_case")]
pub enum Lifecycle {
    /// A connection was made.
    Connect,
    /// A webhook begins.
    Enable,
    /// A webhook ends.
    Disable,
}

/// `meta_event` / `heartbeat`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Heartbeat {
    /// The answer of `get_status`.
    pub status: Value,
    /// Milliseconds to the next one.
    pub interval: u64,
}
