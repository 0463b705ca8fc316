use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use super::or_zero;

/// `notice` / `group_dismiss`: LLOneBot's form of `group_decrease` / `disband` (api/events-and-segments §4.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupDismiss {
    /// Group number.
    pub group_id: GroupUin,
    /// Account that dissolved the group; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub operator_id: Option<Uin>,
    /// The same account.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub user_id: Option<Uin>,
}
