//! The friend list and user profiles. protocol/04 §3.1, §4

mod list;
mod user;

pub use nekonap_wire::commands::friends::{Category, Friend, Sex, User};

pub use self::list::FriendList;
