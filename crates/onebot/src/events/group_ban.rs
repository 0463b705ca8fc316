use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use super::or_zero;

/// `notice` / `group_ban` (api/events-and-segments §4.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupBan {
    /// Whether a mute was set or lifted.
    pub sub_type: Ban,
    /// Group number.
    pub group_id: GroupUin,
    /// Account that muted; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub operator_id: Option<Uin>,
    /// Muted account; 0 is the whole group.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub user_id: Option<Uin>,
    /// Length in seconds; 0 if the mute was lifted, -1 if the whole group is muted.
    pub duration: i64,
}

/// `sub_type` of the notice `group_ban`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ban {
    /// A mute was set.
    Ban,
    /// A mute was lifted.
    LiftBan,
}
