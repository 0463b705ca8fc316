use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `notify` / `input_status`: a friend is typing (api/events-and-segments §4.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InputStatus {
    /// Text to show; empty when the friend has stopped typing.
    pub status_text: String,
    /// 1 typing; other values as received from the server.
    pub event_type: u32,
    /// Friend who is typing.
    pub user_id: Uin,
    /// Always 0: only typing in private chats is reported.
    pub group_id: u64,
}
