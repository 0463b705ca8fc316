use nekonap_ids::{GroupUin, MessageId, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use super::or_zero;

/// `notice` / `reaction`: Lagrange's form of `group_msg_emoji_like` (api/events-and-segments §4.13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReactionNotice {
    /// Whether the reaction was added or removed.
    pub sub_type: ReactionChange,
    /// Group number.
    pub group_id: GroupUin,
    /// Id of the message.
    pub message_id: MessageId,
    /// Account that reacted; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub operator_id: Option<Uin>,
    /// Id of a face, or code point of an emoji, decimal.
    pub code: String,
    /// Number of people with this reaction after the change.
    pub count: u32,
}

/// What happened to a reaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReactionChange {
    /// It was added.
    Add,
    /// It was removed.
    Remove,
}
