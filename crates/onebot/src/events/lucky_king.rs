use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

/// `notify` / `lucky_king` (api/events-and-segments §4.9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LuckyKing {
    /// Group number.
    pub group_id: GroupUin,
    /// Account that sent the red packet.
    pub user_id: Uin,
    /// Member who got the most.
    pub target_id: Uin,
}
