use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `bot_online`: the account is online (api/events-and-segments §4.14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BotOnline {
    /// Why the account is online now.
    pub reason: OnlineReason,
}

/// Why the account is online now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub enum OnlineReason {
    /// The first time since the start, or since `bot_offline`.
    Login,
    /// The connection to the servers was lost and is back.
    Reconnect,
}
