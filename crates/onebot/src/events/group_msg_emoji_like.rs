use nekonap_ids::{GroupUin, MessageId, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use super::or_zero;

/// `notice` / `group_msg_emoji_like` (api/events-and-segments §4.13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupMsgEmojiLike {
    /// Group number.
    pub group_id: GroupUin,
    /// Account that reacted; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub user_id: Option<Uin>,
    /// Id of the message.
    pub message_id: MessageId,
    /// The reaction, always one element.
    pub likes: [Like; 1],
    /// True if the reaction was added, false if it was removed.
    pub is_add: bool,
}

/// A reaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Like {
    /// Id of a face, or code point of an emoji, decimal.
    pub emoji_id: String,
    /// Number of people with this reaction after the change.
    pub count: u32,
}
