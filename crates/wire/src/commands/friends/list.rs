//! The friend list (protocol/04 §3.1).

use bytes::Bytes;
use nekonap_ids::{Uid, Uin};

use super::user::{Birthday, Sex, birthday, property};
use crate::proto::friends::{
    Business, CategoryEntry, FriendEntry, FriendsReply, FriendsRequest, Number, Text, Values,
    WantedBusiness, wanted_business::Keys,
};

/// Page size that a request asks for, in friends.
const PAGE: u32 = 300;
/// Business number of the extra fields, and the requested keys.
const EXTRA: i32 = 4;
const EXTRA_KEYS: &[i32] = &[100, 101, 102];
/// Requested properties: those of [`Friend`].
const PROPERTY_KEYS: &[i32] = &[102, 103, 20002, 27394, 20009, 20037, 20031];
/// More keys that clients send; the answers to them are ignored.
const SNS_FLAG_KEYS: &[u32] = &[13578, 13579, 13573, 13572, 13568];
const PRIVATE_ID_KEYS: &[u32] = &[4051];

/// Type of the [`Business`] entry that contains the properties.
const PROPERTIES: i32 = 1;

pub(super) fn friends(reply: &mut FriendsReply) {
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

/// A category of friends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Category id; 0 is the default category.
    pub id: i32,
    /// Category name.
    pub name: String,
    /// Number of friends in it, as the server reports it.
    pub member_count: i32,
    /// Position in the list.
    pub sort_id: i32,
}

/// A friend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Friend {
    /// Account number.
    pub uin: Uin,
    /// Uid.
    pub uid: Uid,
    /// Nickname.
    pub nickname: String,
    /// Remark that this account set for the friend; may be empty.
    pub remark: String,
    /// Signature; may be empty.
    pub signature: String,
    /// QID; may be empty.
    pub qid: String,
    /// Category id.
    pub category: i32,
    /// Sex.
    pub sex: Sex,
    /// Age in years; 0 if unknown.
    pub age: u32,
    /// Birthday; zeros if hidden.
    pub birthday: Birthday,
}

impl FriendsRequest {
    /// Requests a page of the friend list. `cookie` is that of the previous page, `None` for the first.
    pub fn page(cookie: Option<Bytes>) -> Self {
        let wanted = |kind, keys: &[i32]| WantedBusiness {
            biz_type: Some(kind),
            wanted: Some(Keys {
                keys: keys.to_vec(),
            }),
        };
        Self {
            req_count: Some(PAGE),
            time: Some(0),
            local_seq: Some(0),
            cookie,
            flag: Some(1),
            proxy_seq: Some(i32::MAX.unsigned_abs()),
            biz: vec![wanted(PROPERTIES, PROPERTY_KEYS), wanted(EXTRA, EXTRA_KEYS)],
            sns_flag_keys: SNS_FLAG_KEYS.to_vec(),
            private_id_keys: PRIVATE_ID_KEYS.to_vec(),
        }
    }
}

impl FriendsReply {
    /// The friends on the page, including the account itself. Entries without a uin or a uid are skipped.
    pub fn friends(&self) -> impl Iterator<Item = Friend> {
        self.friends.iter().filter_map(Friend::decode)
    }

    /// The categories on the page.
    pub fn categories(&self) -> impl Iterator<Item = Category> {
        self.categories.iter().map(|category| Category {
            id: category.id.unwrap_or(0),
            name: category.name.clone().unwrap_or_default(),
            member_count: category.member_count.unwrap_or(0),
            sort_id: category.sort_id.unwrap_or(0),
        })
    }

    /// Cookie of the next page; `None` on the last.
    pub fn next_page(self) -> Option<Bytes> {
        self.cookie.filter(|cookie| !cookie.is_empty())
    }
}

impl Category {
    /// Encodes the list entry, for a server.
    pub fn encode(&self) -> CategoryEntry {
        CategoryEntry {
            id: Some(self.id),
            name: Some(self.name.clone()),
            member_count: Some(self.member_count),
            sort_id: Some(self.sort_id),
        }
    }
}

impl Friend {
    fn decode(friend: &FriendEntry) -> Option<Self> {
        let values = friend
            .biz
            .iter()
            .find(|business| business.biz_type == Some(PROPERTIES))
            .and_then(|business| business.values.clone())
            .unwrap_or_default();
        let number = |key| {
            values
                .numbers
                .iter()
                .find(|number| number.key == Some(key))
                .and_then(|number| number.value)
        };
        let blob = |key| {
            values
                .texts
                .iter()
                .find(|text| text.key == Some(key))
                .and_then(|text| text.value.clone())
        };
        let string = |key| {
            blob(key)
                .map(|text| String::from_utf8_lossy(&text).into_owned())
                .unwrap_or_default()
        };
        Some(Self {
            uin: Uin::new(friend.uin?).ok()?,
            uid: Uid::new(friend.uid.as_deref()?).ok()?,
            nickname: string(property::NICKNAME),
            remark: string(property::REMARK),
            signature: string(property::SIGNATURE),
            qid: string(property::QID),
            category: friend.category_id.unwrap_or(0),
            sex: Sex::from(
                number(property::SEX)
                    .and_then(|sex| u64::try_from(sex).ok())
                    .unwrap_or(0),
            ),
            age: number(property::AGE)
                .and_then(|age| u32::try_from(age).ok())
                .unwrap_or(0),
            birthday: birthday(blob(property::BIRTHDAY).as_deref()),
        })
    }

    /// Sets a property of the profile to a pushed value (protocol/05 §5.13); properties without a field are ignored.
    pub fn set_property(&mut self, id: u32, value: &[u8]) {
        let text = || String::from_utf8_lossy(value).into_owned();
        match id {
            property::NICKNAME => self.nickname = text(),
            property::REMARK => self.remark = text(),
            property::SIGNATURE => self.signature = text(),
            property::QID => self.qid = text(),
            property::SEX => self.sex = Sex::from(value.first().copied().map_or(0, u64::from)),
            property::BIRTHDAY => self.birthday = birthday(Some(value)),
            _ => {}
        }
    }

    /// Encodes the list entry, for a server.
    pub fn encode(&self) -> FriendEntry {
        let text = |key: u32, value: &[u8]| Text {
            key: Some(key),
            value: Some(value.to_vec().into()),
        };
        let number = |key: u32, value: i64| Number {
            key: Some(key),
            value: Some(value),
        };
        let (year, month, day) = self.birthday;
        let [high, low] = year.to_be_bytes();
        FriendEntry {
            uid: Some(self.uid.to_string()),
            category_id: Some(self.category),
            uin: Some(self.uin.get()),
            biz: vec![Business {
                biz_type: Some(PROPERTIES),
                values: Some(Values {
                    numbers: vec![
                        number(property::SEX, self.sex.number()),
                        number(property::AGE, i64::from(self.age)),
                    ],
                    texts: vec![
                        text(property::SIGNATURE, self.signature.as_bytes()),
                        text(property::REMARK, self.remark.as_bytes()),
                        text(property::NICKNAME, self.nickname.as_bytes()),
                        text(property::QID, self.qid.as_bytes()),
                        text(property::BIRTHDAY, &[high, low, month, day]),
                    ],
                }),
            }],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn friend_entry_round_trips_and_one_without_a_uin_is_skipped() {
        let friend = Friend {
            uin: Uin::new(10002).expect("a uin"),
            uid: Uid::new("u_bob").expect("a uid"),
            nickname: "Bob".to_owned(),
            remark: "from school".to_owned(),
            signature: "hm".to_owned(),
            qid: "bob".to_owned(),
            category: 2,
            sex: Sex::Female,
            age: 30,
            birthday: (1996, 2, 29),
        };
        let reply = FriendsReply {
            friends: vec![FriendEntry::default(), friend.encode()],
            ..FriendsReply::default()
        };
        assert_eq!(reply.friends().collect::<Vec<_>>(), [friend]);
    }
}
