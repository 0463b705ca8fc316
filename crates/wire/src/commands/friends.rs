//! Friends and profiles. `protocol/04` §3.1, §4.

use crate::{
    command::commands,
    proto::friends::{
        FriendsReply, FriendsRequest, ProfileByUidRequest, ProfileByUinRequest, ProfileReply,
    },
};

commands! {
    /// The friend list with its categories, page by page. `protocol/04` §3.1
    GetFriends = 0xfd4 / 1, FriendsRequest => FriendsReply;
    /// One profile, by number. `protocol/04` §4.1
    GetUserByUin = 0xfe1 / 2 as ByUin, ProfileByUinRequest => ProfileReply;
    /// One profile, by uid. `protocol/04` §4.1
    GetUserByUid = 0xfe1 / 2, ProfileByUidRequest => ProfileReply;
}

/// Property ids of friends and profiles. `protocol/04` §4.2
pub mod property {
    /// The avatar: a message whose field 5 is an address to which a size is appended.
    pub const AVATAR: u32 = 101;
    /// The signature, text.
    pub const SIGNATURE: u32 = 102;
    /// One's own remark for this person, text.
    pub const REMARK: u32 = 103;
    /// The level, a number.
    pub const LEVEL: u32 = 105;
    /// Services and VIP, a message.
    pub const SERVICES: u32 = 107;
    /// The nickname, text. Absent: there is no such account.
    pub const NICKNAME: u32 = 20002;
    /// The country, text.
    pub const COUNTRY: u32 = 20003;
    /// The sex: 0 unset, 1 male, 2 female, 255 hidden.
    pub const SEX: u32 = 20009;
    /// The e-mail address, text.
    pub const EMAIL: u32 = 20011;
    /// The city, text.
    pub const CITY: u32 = 20020;
    /// The school, text.
    pub const SCHOOL: u32 = 20021;
    /// When the account was registered, unix seconds.
    pub const REGISTERED: u32 = 20026;
    /// The birthday, 4 bytes: year (big-endian), month, day; zero is hidden.
    pub const BIRTHDAY: u32 = 20031;
    /// The age in years.
    pub const AGE: u32 = 20037;
    /// The presence word (`protocol/04` §4.4).
    pub const PRESENCE: u32 = 27372;
    /// The QID, text.
    pub const QID: u32 = 27394;
}
