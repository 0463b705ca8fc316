use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `friend_add`: somebody became a friend (api/events-and-segments §4.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FriendAdd {
    /// The new friend.
    pub user_id: Uin,
}
