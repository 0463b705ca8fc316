use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use super::or_zero;

/// `notice` / `group_increase` (api/events-and-segments §4.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupIncrease {
    /// How.
    pub sub_type: Increase,
    /// The group.
    pub group_id: GroupUin,
    /// Who agreed or invited; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub operator_id: Option<Uin>,
    /// Who joined.
    pub user_id: Uin,
}

/// `sub_type` of the notice `group_increase`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Increase {
    /// Admitted.
    Approve,
    /// Brought by a member.
    Invite,
}
