//! Friends, and what is said about people. protocol/04 §3.1, §4

mod list;
mod user;

pub use nekonap_wire::commands::friends::{Category, Friend, Sex, User};

pub use self::list::FriendList;
