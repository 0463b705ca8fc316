use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::Serialize;

/// `notify` / `profile_like` (api/events-and-segments §4.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProfileLike {
    /// The same as `operator_id`.
    pub user_id: Uin,
    /// Account that gave the likes.
    pub operator_id: Uin,
    /// Nickname of that account.
    pub operator_nick: String,
    /// Number of likes.
    pub times: u32,
}
