//! Profiles: what the server says about anybody. protocol/04 §4

use crate::proto::friends::ProfileReply;

pub(super) fn profile(reply: &mut ProfileReply) {
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
