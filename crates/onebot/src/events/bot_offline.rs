use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `bot_offline`: the account is logged out, and only a person can log it in again
/// (api/events-and-segments §4.14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BotOffline {
    /// The account itself.
    pub user_id: Uin,
    /// Heading of the message.
    pub tag: String,
    /// Reason, as the server gives it.
    pub message: String,
}
