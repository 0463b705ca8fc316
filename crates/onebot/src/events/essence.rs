use nekonap_ids::{GroupUin, MessageId, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use super::or_zero;

/// `notice` / `essence` (api/events-and-segments §4.12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Essence {
    /// Whether the message was added or removed.
    pub sub_type: EssenceChange,
    /// Group number.
    pub group_id: GroupUin,
    /// The same as `sender_id`.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub user_id: Option<Uin>,
    /// Author of the message; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub sender_id: Option<Uin>,
    /// Account that made the change; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub operator_id: Option<Uin>,
    /// Id of the message.
    pub message_id: MessageId,
}

/// `sub_type` of the notice `essence`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EssenceChange {
    /// The message was added to the essence messages.
    Add,
    /// The message was removed from the essence messages.
    Delete,
}
