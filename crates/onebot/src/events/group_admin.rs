use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `group_admin` (api/events-and-segments §4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupAdmin {
    /// Whether the member is administrator now.
    pub sub_type: AdminChange,
    /// Group number.
    pub group_id: GroupUin,
    /// Member whose role changed.
    pub user_id: Uin,
}

/// `sub_type` of the notice `group_admin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdminChange {
    /// The member became administrator.
    Set,
    /// The administrator became a member again.
    Unset,
}
