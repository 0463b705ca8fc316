//! Profiles of accounts (protocol/04 §4).

use nekonap_ids::{Uid, Uin};

use super::Presence;
use crate::{
    field::Required,
    proto::friends::{
        ManyProfileKeys, Profile, ProfileByUidRequest, ProfileByUinRequest, ProfileKeys,
        ProfileReply, ProfilesByUidRequest, ProfilesReply,
    },
};

/// Year, month and day; zeros if hidden.
pub type Birthday = (u16, u8, u8);

/// How the keys of [`ProfilesByUidRequest`] are written, as clients send it.
const KEYS_FORM: u32 = 2;

pub(super) fn profile(reply: &mut ProfileReply) {
    reply.body.iter_mut().for_each(complete);
}

pub(super) fn profiles(reply: &mut ProfilesReply) {
    reply.profiles.iter_mut().for_each(complete);
}

fn complete(profile: &mut Profile) {
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

/// Sex in a profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Not set, hidden or unknown.
    #[default]
    Unknown,
    /// Male.
    Male,
    /// Female.
    Female,
}

impl Sex {
    /// The value of property 20009.
    pub const fn number(self) -> i64 {
        match self {
            Self::Unknown => 0,
            Self::Male => 1,
            Self::Female => 2,
        }
    }
}

impl From<u64> for Sex {
    /// Reads property 20009: 1 male, 2 female.
    fn from(number: u64) -> Self {
        match number {
            1 => Self::Male,
            2 => Self::Female,
            _ => Self::Unknown,
        }
    }
}

/// Profile of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Account number.
    pub uin: Uin,
    /// Uid, if known.
    pub uid: Option<Uid>,
    /// Nickname.
    pub nickname: String,
    /// Remark that this account set for the person; may be empty.
    pub remark: String,
    /// Signature; may be empty.
    pub signature: String,
    /// QID; may be empty.
    pub qid: String,
    /// Sex.
    pub sex: Sex,
    /// Age in years; 0 if unknown.
    pub age: u32,
    /// QQ level.
    pub level: u32,
    /// Time of registration, Unix seconds; 0 if unknown.
    pub registered: u64,
    /// Birthday; zeros if hidden.
    pub birthday: Birthday,
    /// Country; may be empty.
    pub country: String,
    /// Province; may be empty.
    pub province: String,
    /// City; may be empty.
    pub city: String,
    /// School; may be empty.
    pub school: String,
    /// E-mail address; may be empty.
    pub email: String,
    /// Online status.
    pub presence: Presence,
}

impl ProfileByUinRequest {
    /// Requests the profile of a uin.
    pub fn new(uin: Uin) -> Self {
        Self {
            uin: Some(uin.get()),
            flag: Some(0),
            keys: keys(),
        }
    }
}

impl ProfileByUidRequest {
    /// Requests the profile of a uid.
    pub fn new(uid: Uid) -> Self {
        Self {
            uid: Some(uid.to_string()),
            flag: Some(0),
            keys: keys(),
        }
    }
}

impl ProfilesByUidRequest {
    /// Most uids in one request: pages of the member list have as many people.
    pub const MAX_UIDS: usize = 300;

    /// Asks which numbers these uids have: at most [`MAX_UIDS`](Self::MAX_UIDS) of them, further ones are left out.
    pub fn numbers_of(uids: &[Uid]) -> Self {
        let uids = uids.iter().take(Self::MAX_UIDS);
        Self {
            uids: uids.map(Uid::to_string).collect(),
            flag: Some(0),
            keys: vec![ManyProfileKeys {
                ids: vec![property::NICKNAME],
                form: Some(KEYS_FORM),
            }],
        }
    }
}

impl ProfilesReply {
    /// The uids that belong to an account, each with its number.
    pub fn numbers(&self) -> impl Iterator<Item = (Uid, Uin)> {
        self.profiles.iter().filter_map(|profile| {
            let uid = Uid::new(profile.uid.as_deref()?).ok()?;
            Some((uid, Uin::new(profile.uin?).ok()?))
        })
    }
}

impl ProfileReply {
    /// The profile of `uin`; `None` if there is no such account.
    pub fn user(self, uin: Uin) -> Option<User> {
        self.body.and_then(|profile| User::decode(uin, &profile))
    }

    /// The account number; `None` if there is no such account.
    pub fn uin(self) -> Option<Uin> {
        // The answer for an unknown uid contains the number 0.
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
        // Only accounts that do not exist have no nickname.
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
            presence: Presence::of_property(number(property::PRESENCE)),
        })
    }
}

/// Decodes year, month and day from four bytes.
pub(super) fn birthday(bytes: Option<&[u8]>) -> Birthday {
    match bytes {
        Some([high, low, month, day]) => (u16::from_be_bytes([*high, *low]), *month, *day),
        _ => (0, 0, 0),
    }
}

/// Property ids of friends and profiles (protocol/04 §4.2).
pub mod property {
    /// Avatar: a message whose field 5 is a URL to which a size is appended.
    pub const AVATAR: u32 = 101;
    /// Signature, text.
    pub const SIGNATURE: u32 = 102;
    /// Remark that this account set for the person, text.
    pub const REMARK: u32 = 103;
    /// Level, a number.
    pub const LEVEL: u32 = 105;
    /// Services and VIP, a message.
    pub const SERVICES: u32 = 107;
    /// Nickname, text. If it is absent, there is no such account.
    pub const NICKNAME: u32 = 20002;
    /// Country, text.
    pub const COUNTRY: u32 = 20003;
    /// Sex: 0 unset, 1 male, 2 female, 255 hidden.
    pub const SEX: u32 = 20009;
    /// E-mail address, text.
    pub const EMAIL: u32 = 20011;
    /// City, text.
    pub const CITY: u32 = 20020;
    /// School, text.
    pub const SCHOOL: u32 = 20021;
    /// Time of registration, Unix seconds.
    pub const REGISTERED: u32 = 20026;
    /// Birthday, 4 bytes: year (big-endian), month, day; zero if hidden.
    pub const BIRTHDAY: u32 = 20031;
    /// Age in years.
    pub const AGE: u32 = 20037;
    /// Presence value (protocol/04 §4.4).
    pub const PRESENCE: u32 = 27372;
    /// Custom status: a message with a face id and a text; empty if there is none.
    pub const CUSTOM_STATUS: u32 = 27406;
    /// QID, text.
    pub const QID: u32 = 27394;
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    #[test]
    fn several_people_are_asked_for_in_one_message_of_keys() {
        let [bob, carol] = ["u_bob", "u_carol"].map(|uid| Uid::new(uid).expect("a uid"));
        let request = ProfilesByUidRequest::numbers_of(&[bob, carol]).encode_to_vec();
        // 1: "u_bob", 1: "u_carol", 2: 0, 3: {1: 20002, 3: 2}
        let expected = "0a05755f626f620a07755f6361726f6c10001a0608a29c011802";
        assert_eq!(hex::encode(request), expected);
    }

    #[test]
    fn uids_of_no_account_have_no_number() {
        // 1: {1: "u_bob", 3: 10002}, 1: {1: "u_gone", 3: 0}, 1: {3: 10004}
        let reply = hex::decode("0a0a0a05755f626f6218924e0a0a0a06755f676f6e6518000a0318944e");
        let reply = ProfilesReply::decode(&reply.expect("hex")[..]).expect("a reply");
        let bob = Uid::new("u_bob").expect("a uid");
        let found: Vec<_> = reply.numbers().collect();
        assert_eq!(found, [(bob, Uin::new(10002).expect("a uin"))]);
    }

    #[test]
    fn more_uids_than_one_request_holds_are_left_out() {
        let uid = Uid::new("u_bob").expect("a uid");
        let request = ProfilesByUidRequest::numbers_of(&[uid; 301]);
        assert_eq!(request.uids.len(), 300);
    }
}
