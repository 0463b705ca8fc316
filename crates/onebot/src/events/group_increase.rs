use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use super::or_zero;

/// `notice` / `group_increase` (api/events-and-segments §4.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupIncrease {
    /// How the member joined.
    pub sub_type: Increase,
    /// Group number.
    pub group_id: GroupUin,
    /// Account that approved or invited the member; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub operator_id: Option<Uin>,
    /// Account that joined.
    pub user_id: Uin,
}

/// `sub_type` of the notice `group_increase`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Increase {
    /// A request to join was approved.
    Approve,
    /// A member invited the account.
    Invite,
}
