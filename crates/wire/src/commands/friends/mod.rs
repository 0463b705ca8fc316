//! Friends and profiles (protocol/04 §3.1, §4).

mod list;
mod user;

pub use list::{Category, Friend};
pub use user::{Birthday, Sex, User, property};

use crate::{
    command::commands,
    proto::friends::{
        FriendsReply, FriendsRequest, ProfileByUidRequest, ProfileByUinRequest, ProfileReply,
        ProfilesByUidRequest, ProfilesReply,
    },
};

commands! {
    /// Requests a page of the friend list with its categories. protocol/04 §3.1
    GetFriends = 0xfd4 / 1, FriendsRequest => FriendsReply, complete list::friends;
    /// Requests a profile by uin. protocol/04 §4.1
    GetUserByUin = 0xfe1 / 2 as ByUin, ProfileByUinRequest => ProfileReply, complete user::profile;
    /// Requests a profile by uid. protocol/04 §4.1
    GetUserByUid = 0xfe1 / 2, ProfileByUidRequest => ProfileReply, complete user::profile;
    /// Several profiles, by uid. protocol/04 §2
    GetUsersByUid = 0xfe1 / 8, ProfilesByUidRequest => ProfilesReply, complete user::profiles;
}
