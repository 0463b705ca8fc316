//! The friend list, likes and user profiles. protocol/04 §3, §4

mod likes;
mod list;
mod login_days;
mod one_way;
mod presence;
mod settings;
mod user;

pub use nekonap_wire::commands::friends::{
    Category, Friend, LikeTotals, Liker, OneWayFriend, Presence, Sex, User,
};

pub use self::{
    likes::{LikeList, LikePage},
    list::FriendList,
};
