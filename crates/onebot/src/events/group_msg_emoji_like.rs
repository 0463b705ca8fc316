use nekonap_ids::{GroupUin, MessageId, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use super::or_zero;

/// `notice` / `group_msg_emoji_like` (api/events-and-segments §4.13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupMsgEmojiLike {
    /// The group.
    pub group_id: GroupUin,
    /// Who reacted; 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub user_id: Option<Uin>,
    /// The message.
    pub message_id: MessageId,
    /// The reaction.
    pub likes: [Like; 1],
    /// Added, or taken back.
    pub is_add: bool,
}

/// A reaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Like {
    /// The face's id, or the emoji's code point, decimal.
    pub emoji_id: String,
    /// How many people now react so.
    pub count: u32,
}
