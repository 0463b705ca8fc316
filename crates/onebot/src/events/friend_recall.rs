use nekonap_ids::{MessageId, Uin};
use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `friend_recall` (api/events-and-segments §4.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FriendRecall {
    /// Author of the message.
    pub user_id: Uin,
    /// Id of the message.
    pub message_id: MessageId,
}
