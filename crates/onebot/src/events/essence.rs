use nekonap_ids::{GroupUin, MessageId, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use super::or_zero;

/// `notice` / `essence` (api/events-and-segments §4.12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Essence {
    /// Added, or deleted.
    pub sub_type: EssenceChange,
    /// The group.
    pub group_id: GroupUin,
    /// The message's author, as `sender_id`.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub user_id: Option<Uin>,
    /// The message's author; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub sender_id: Option<Uin>,
    /// Who changed it; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub operator_id: Option<Uin>,
    /// The message.
    pub message_id: MessageId,
}

/// `sub_type` of the notice `essence`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EssenceChange {
    /// The message became essence.
    Add,
    /// It is none any more.
    Delete,
}
