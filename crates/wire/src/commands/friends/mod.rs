//! Friends, likes and profiles (protocol/04 §3, §4).

mod delete;
mod likes;
mod list;
mod login_days;
mod one_way;
mod presence;
mod settings;
#[cfg(test)]
mod tests;
mod user;

pub use likes::{LikeTotals, Liker};
pub use list::{Category, Friend};
pub use one_way::OneWayFriend;
pub use presence::Presence;
pub use user::{Birthday, Sex, User, property};

use crate::{
    command::commands,
    proto::{
        admin::Done,
        friends::{
            DeleteFriendRequest, FriendCategoryRequest, FriendRemarkRequest, FriendStatusesReply,
            FriendStatusesRequest, FriendsReply, FriendsRequest, JsonReply, JsonRequest,
            LikesReply, LikesRequest, ProfileByUidRequest, ProfileByUinRequest, ProfileReply,
            ProfilesByUidRequest, ProfilesReply, SendLikesReply, SendLikesRequest,
        },
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
    /// Requests the online status of all friends. protocol/04 §3.8
    GetFriendStatuses = 0x116d / 1, FriendStatusesRequest => FriendStatusesReply;
    /// Sets the account's own remark for a friend. protocol/04 §3.5
    SetFriendRemark = 0x10cc / 1, FriendRemarkRequest => Done;
    /// Sets the account's own remark for a friend, in the form of other clients. protocol/04 §3.5
    SetFriendRemarkOther = 0xb6e / 2, FriendRemarkRequest => Done;
    /// Moves a friend to a category. protocol/04 §3.5
    SetFriendCategory = 0x10eb / 1, FriendCategoryRequest => Done;
    /// Deletes a friend. protocol/04 §3.4
    DeleteFriend = 0x126b / 0, DeleteFriendRequest => Done;
    /// Requests the one-way friends. protocol/04 §3.10
    GetOneWayFriends = "MQUpdateSvc_com_qq_ti.web.OidbSvc.0xe17_0", JsonRequest => JsonReply;
    /// Requests on how many days accounts were online. protocol/04 §3.10
    GetLoginDays = "MQUpdateSvc_com_qq_ti.web.OidbSvc.0xdef_1", JsonRequest => JsonReply;
    /// Likes the profile of an account. protocol/04 §3.6
    SendLikes = 0x7e5 / 104, SendLikesRequest => SendLikesReply, complete likes::sent;
    /// Requests how many likes an account has. protocol/04 §3.7
    GetLikeTotals = 0x7ed / 12, LikesRequest => LikesReply;
    /// Requests the people who like an account, or whom it likes. protocol/04 §3.7
    GetLikes = 0x7ed / 13, LikesRequest => LikesReply;
}
