use nekonap_ids::{MessageId, Uin};
use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `friend_recall` (api/events-and-segments §4.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FriendRecall {
    /// The author.
    pub user_id: Uin,
    /// The message.
    pub message_id: MessageId,
}
