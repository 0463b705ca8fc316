//! Requests that the account can answer (api/events-and-segments §5).

use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use super::or_zero;

/// A request, by `request_type`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "request_type", rename_all = "snake_case")]
pub enum Request {
    /// Somebody asks to become a friend.
    Friend(FriendRequest),
    /// Somebody asks to join a group, or is invited.
    Group(GroupRequest),
}

/// `request` / `friend`: somebody asks to become a friend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FriendRequest {
    /// Person who asks.
    pub user_id: Uin,
    /// What the person wrote; may be empty.
    pub comment: String,
    /// Names the request in `set_friend_add_request`.
    pub flag: String,
    /// Where the person found the account; may be empty.
    pub via: String,
}

/// `request` / `group`: somebody asks to join a group, or is invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupRequest {
    /// What is asked.
    pub sub_type: GroupRequestType,
    /// Group number.
    pub group_id: GroupUin,
    /// `add`: who would join. `invite`: who invites the account. 0 if unknown.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub user_id: Option<Uin>,
    /// What an applicant wrote; may be empty.
    pub comment: String,
    /// Names the request in `set_group_add_request`.
    pub flag: String,
    /// Who invites; 0 for an application.
    #[serde(serialize_with = "or_zero")]
    #[schemars(with = "u64")]
    pub invitor_id: Option<Uin>,
}

/// What a request of a group asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupRequestType {
    /// Somebody wants to join, or a member invites somebody.
    Add,
    /// The account is invited.
    Invite,
}
