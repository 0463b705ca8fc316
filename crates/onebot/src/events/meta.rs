use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// An event about the connection itself, by `meta_event_type` (api/events-and-segments §2).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "meta_event_type", rename_all = "snake_case")]
pub enum Meta {
    /// A connection or a webhook begins or ends.
    Lifecycle(Lifecycle),
    /// Sent at a fixed interval.
    Heartbeat(Heartbeat),
}

/// `meta_event` / `lifecycle`, by `sub_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "sub_type", rename_all = "snake_case")]
pub enum Lifecycle {
    /// A connection was opened; its first frame.
    Connect,
    /// A webhook starts.
    Enable,
    /// A webhook stops.
    Disable,
}

/// `meta_event` / `heartbeat`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Heartbeat {
    /// The same data as in the answer of `get_status`.
    pub status: Value,
    /// Time to the next heartbeat in milliseconds.
    pub interval: u64,
}
