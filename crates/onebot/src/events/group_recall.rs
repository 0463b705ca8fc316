use nekonap_ids::{GroupUin, MessageId, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use super::or_zero;

/// `notice` / `group_recall` (api/events-and-segments §4.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupRecall {
    /// The group.
    pub group_id: GroupUin,
    /// The author; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub user_id: Option<Uin>,
    /// Who recalled it; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub operator_id: Option<Uin>,
    /// The message.
    pub message_id: MessageId,
}
