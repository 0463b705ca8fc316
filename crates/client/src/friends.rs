//! The friend list and what is said about people. `protocol/04` §3.1, §4.

use nekonap_ids::{Uid, Uin};

/// The friends, in the server's order, and the categories they are put in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FriendList {
    /// The categories, by their sort id.
    pub categories: Vec<Category>,
    /// The friends, without the account itself.
    pub friends: Vec<Friend>,
}

/// A category of friends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// 0 is the default category.
    pub id: i32,
    /// Its name.
    pub name: String,
    /// How many are in it, as the server says.
    pub member_count: i32,
    /// Its place in the list.
    pub sort_id: i32,
}

/// A friend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Friend {
    /// The number.
    pub uin: Uin,
    /// The uid.
    pub uid: Uid,
    /// The nickname.
    pub nickname: String,
    /// What this account calls them, may be empty.
    pub remark: String,
    /// The signature, may be empty.
    pub signature: String,
    /// The QID, may be empty.
    pub qid: String,
    /// The category's id.
    pub category: i32,
    /// The sex.
    pub sex: Sex,
    /// Years, 0 when unknown.
    pub age: u32,
    /// Year, month, day; zeros when hidden.
    pub birthday: (u16, u8, u8),
}

/// A person's sex as the profile has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Not told.
    #[default]
    Unknown,
    /// Male.
    Male,
    /// Female.
    Female,
}

impl From<u64> for Sex {
    /// Property 20009: 1 male, 2 female.
    fn from(number: u64) -> Self {
        match number {
            1 => Self::Male,
            2 => Self::Female,
            _ => Self::Unknown,
        }
    }
}

/// What the server says about anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The number.
    pub uin: Uin,
    /// The uid, where it is told or known.
    pub uid: Option<Uid>,
    /// The nickname.
    pub nickname: String,
    /// What this account calls them, may be empty.
    pub remark: String,
    /// The signature, may be empty.
    pub signature: String,
    /// The QID, may be empty.
    pub qid: String,
    /// The sex.
    pub sex: Sex,
    /// Years, 0 when unknown.
    pub age: u32,
    /// The QQ level.
    pub level: u32,
    /// When the account was made, unix seconds, 0 when unknown.
    pub registered: u64,
    /// Year, month, day; zeros when hidden.
    pub birthday: (u16, u8, u8),
    /// The country, may be empty.
    pub country: String,
    /// The province, may be empty.
    pub province: String,
    /// The city, may be empty.
    pub city: String,
    /// The school, may be empty.
    pub school: String,
    /// The e-mail address, may be empty.
    pub email: String,
}
