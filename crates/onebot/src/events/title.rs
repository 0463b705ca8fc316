use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

/// `notify` / `title` (api/events-and-segments §4.9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Title {
    /// Group number.
    pub group_id: GroupUin,
    /// Member who got the title.
    pub user_id: Uin,
    /// The title.
    pub title: String,
}
