//! Friends and profiles. protocol/04 §3.1, §4.

use crate::{
    command::commands,
    proto::friends::{
        Business, FriendsReply, FriendsRequest, ProfileByUidRequest, ProfileByUinRequest,
        ProfileReply, Values,
    },
};

commands! {
    /// The friend list with its categories, page by page. protocol/04 §3.1
    GetFriends = 0xfd4 / 1, FriendsRequest => FriendsReply, complete friends;
    /// One profile, by number. protocol/04 §4.1
    GetUserByUin = 0xfe1 / 2 as ByUin, ProfileByUinRequest => ProfileReply, complete profile;
    /// One profile, by uid. protocol/04 §4.1
    GetUserByUid = 0xfe1 / 2, ProfileByUidRequest => ProfileReply, complete profile;
}

/// The entry of [`Business`] that holds the properties.
const PROPERTIES: i32 = 1;

fn friends(reply: &mut FriendsReply) {
    reply.is_end.get_or_insert_default();
    reply.time.get_or_insert_default();
    reply.self_uin.get_or_insert_default();
    for friend in &mut reply.friends {
        friend.uid.get_or_insert_default();
        friend.uin.get_or_insert_default();
        if friend.biz.is_empty() {
            friend.biz.push(Business {
                biz_type: Some(PROPERTIES),
                values: None,
            });
        }
        for business in &mut friend.biz {
            business.biz_type.get_or_insert_default();
            let Values { numbers, texts } = business.values.get_or_insert_default();
            for number in numbers {
                number.key.get_or_insert_default();
                number.value.get_or_insert_default();
            }
            for text in texts {
                text.key.get_or_insert_default();
                text.value.get_or_insert_default();
            }
        }
    }
}

fn profile(reply: &mut ProfileReply) {
    let Some(profile) = &mut reply.body else {
        return;
    };
    let properties = profile.properties.get_or_insert_default();
    for number in &mut properties.numbers {
        number.key.get_or_insert_default();
        number.value.get_or_insert_default();
    }
    for blob in &mut properties.blobs {
        blob.key.get_or_insert_default();
        blob.value.get_or_insert_default();
    }
}

/// Property ids of friends and profiles. protocol/04 §4.2
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
    /// The presence word (protocol/04 §4.4).
    pub const PRESENCE: u32 = 27372;
    /// The QID, text.
    pub const QID: u32 = 27394;
}
