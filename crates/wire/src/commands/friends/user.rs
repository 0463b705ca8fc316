//! Profiles: what the server says about anybody. protocol/04 §4

use nekonap_ids::{Uid, Uin};

use crate::{
    field::Required,
    proto::friends::{
        Profile, ProfileByUidRequest, ProfileByUinRequest, ProfileKeys, ProfileReply,
    },
};

/// Year, month and day; zeros when hidden.
pub type Birthday = (u16, u8, u8);

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

impl Sex {
    /// Property 20009.
    pub(super) const fn number(self) -> i64 {
        match self {
            Self::Unknown => 0,
            Self::Male => 1,
            Self::Female => 2,
        }
    }
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
    pub birthday: Birthday,
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

impl ProfileByUinRequest {
    /// Asks for the profile of a number.
    pub fn new(uin: Uin) -> Self {
        Self {
            uin: Some(uin.get()),
            flag: Some(0),
            keys: keys(),
        }
    }
}

impl ProfileByUidRequest {
    /// Asks for the profile of a uid.
    pub fn new(uid: Uid) -> Self {
        Self {
            uid: Some(uid.to_string()),
            flag: Some(0),
            keys: keys(),
        }
    }
}

impl ProfileReply {
    /// The profile of `uin`; `None` where there is no such account.
    pub fn user(self, uin: Uin) -> Option<User> {
        self.body.and_then(|profile| User::decode(uin, &profile))
    }

    /// The number of the account; `None` where there is no such account.
    pub fn uin(self) -> Option<Uin> {
        // An unknown uid is answered with the number 0.
        let uin = self.body.and_then(|profile| profile.uin);
        uin.present("uin").unwrap_or_default()
    }
}

fn keys() -> Vec<ProfileKeys> {
    [
        property::AVATAR,
        property::SIGNATURE,
        property::REMARK,
        property::LEVEL,
        property::NICKNAME,
        property::COUNTRY,
        property::SEX,
        property::EMAIL,
        property::CITY,
        property::SCHOOL,
        property::REGISTERED,
        property::BIRTHDAY,
        property::AGE,
        property::PRESENCE,
        property::QID,
    ]
    .into_iter()
    .map(|id| ProfileKeys { ids: vec![id] })
    .collect()
}

impl User {
    fn decode(uin: Uin, profile: &Profile) -> Option<Self> {
        let properties = profile.properties.clone().unwrap_or_default();
        let number = |key| {
            let found = properties
                .numbers
                .iter()
                .find(|number| number.key == Some(key));
            found.and_then(|number| number.value).unwrap_or(0)
        };
        let blob = |key| {
            properties
                .blobs
                .iter()
                .find(|blob| blob.key == Some(key))
                .and_then(|blob| blob.value.clone())
        };
        let string = |key| {
            blob(key)
                .map(|text| String::from_utf8_lossy(&text).into_owned())
                .unwrap_or_default()
        };
        // No nickname: no such account.
        blob(property::NICKNAME)?;
        Some(Self {
            uin: profile
                .uin
                .and_then(|uin| Uin::new(uin).ok())
                .unwrap_or(uin),
            uid: profile.uid.as_deref().and_then(|uid| Uid::new(uid).ok()),
            nickname: string(property::NICKNAME),
            remark: string(property::REMARK),
            signature: string(property::SIGNATURE),
            qid: string(property::QID),
            sex: Sex::from(number(property::SEX)),
            age: u32::try_from(number(property::AGE)).unwrap_or(0),
            level: u32::try_from(number(property::LEVEL)).unwrap_or(0),
            registered: number(property::REGISTERED),
            birthday: birthday(blob(property::BIRTHDAY).as_deref()),
            country: string(property::COUNTRY),
            province: String::new(),
            city: string(property::CITY),
            school: string(property::SCHOOL),
            email: string(property::EMAIL),
        })
    }
}

/// Year, month and day in four bytes.
pub(super) fn birthday(bytes: Option<&[u8]>) -> Birthday {
    match bytes {
        Some([high, low, month, day]) => (u16::from_be_bytes([*high, *low]), *month, *day),
        _ => (0, 0, 0),
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
