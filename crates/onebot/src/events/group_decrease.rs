use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use super::or_zero;

/// `notice` / `group_decrease` (api/events-and-segments §4.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupDecrease {
    /// How the member left.
    pub sub_type: Decrease,
    /// Group number.
    pub group_id: GroupUin,
    /// Account that removed the member; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub operator_id: Option<Uin>,
    /// Account that is no longer a member.
    pub user_id: Uin,
}

/// `sub_type` of the notice `group_decrease`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decrease {
    /// The member left.
    Leave,
    /// The member was removed.
    Kick,
    /// The bot's account was removed.
    KickMe,
    /// The group was dissolved.
    Disband,
}
