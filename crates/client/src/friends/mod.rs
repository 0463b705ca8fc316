//! Friends, and what is said about people. protocol/04 §3.1, §4

pub(crate) mod list;
pub(crate) mod user;

pub use self::{
    list::{Category, Friend, FriendList},
    user::{Sex, User},
};
