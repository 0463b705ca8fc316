use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use super::or_zero;

/// `notify` / `group_name` (api/events-and-segments §4.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupName {
    /// Group number.
    pub group_id: GroupUin,
    /// Account that renamed the group; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub user_id: Option<Uin>,
    /// New name.
    pub name_new: String,
}
