use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `notify` / `input_status`: a friend types (api/events-and-segments §4.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InputStatus {
    /// The text to show; empty for stopped.
    pub status_text: String,
    /// 1 typing; others as the server tells them.
    pub event_type: u32,
    /// Who types.
    pub user_id: Uin,
    /// Always 0: only friends are seen typing.
    pub group_id: u64,
}
