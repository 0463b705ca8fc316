//! Friend requests, and requests and invitations of groups. protocol/04 §3.2, §3.3, §5.6, §6.9

mod friend;
pub(crate) mod group;

pub use nekonap_wire::commands::requests::{DoubtfulFriendRequest, FriendRequest};

pub use self::group::{GroupRequest, GroupRequestKey, GroupRequestKind, RequestUser};
