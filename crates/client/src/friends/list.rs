//! The friend list. protocol/04 §3.1

use std::sync::Arc;

use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    commands::friends::{GetFriends, property},
    proto::friends::{
        Friend as ProtoFriend, FriendsRequest, WantedBusiness, wanted_business::Keys,
    },
};

use super::user::{Sex, birthday};
use crate::{client::Client, error::CallError};

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

/// How many friends a page has.
const PAGE: u32 = 300;
/// The most pages of a friend list: more friends than QQ allows.
const MOST_PAGES: usize = 64;

impl FriendList {
    /// The friend with this number.
    pub fn friend(&self, uin: Uin) -> Option<&Friend> {
        self.friends.iter().find(|friend| friend.uin == uin)
    }
}

impl Client {
    /// The friends: from memory, or from the server when nothing is there or `fresh` is wanted.
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn friends(&self, fresh: bool) -> Result<Arc<FriendList>, CallError> {
        if let Some(known) = self.inner.cache.friends().filter(|_| !fresh) {
            return Ok(known);
        }
        let client = self.clone();
        let fetch = async move { client.fetch_friends().await };
        self.inner
            .cache
            .friend_fills
            .join((), &self.inner.tasks, fetch)
            .await
    }

    async fn fetch_friends(&self) -> Result<Arc<FriendList>, CallError> {
        let fetch = self.inner.cache.fetch();
        let session = self.inner.session()?;
        let me = self.inner.myself()?;
        let mut list = FriendList::default();
        let mut cookie = None;
        for _ in 0..MOST_PAGES {
            let reply = session.call::<GetFriends>(&page(cookie.take())).await?;
            for friend in reply.friends.iter().filter_map(friend) {
                if friend.uin == me.uin {
                    let cache = &self.inner.cache;
                    let nickname = cache.name(friend.uin, friend.uid, &friend.nickname, fetch.at);
                    self.inner.keep_own_name(me.uin, &nickname);
                } else {
                    list.friends.push(friend);
                }
            }
            for category in reply.categories {
                let category = Category {
                    id: category.id.unwrap_or(0),
                    name: category.name.unwrap_or_default(),
                    member_count: category.member_count.unwrap_or(0),
                    sort_id: category.sort_id.unwrap_or(0),
                };
                if list.categories.iter().all(|known| known.id != category.id) {
                    list.categories.push(category);
                }
            }
            cookie = reply.cookie.filter(|cookie| !cookie.is_empty());
            if cookie.is_none() {
                break;
            }
        }
        list.categories.sort_by_key(|category| category.sort_id);
        Ok(self.inner.cache.keep_friends(list, fetch))
    }
}

fn page(cookie: Option<bytes::Bytes>) -> FriendsRequest {
    let wanted = |kind, keys: &[i32]| WantedBusiness {
        biz_type: Some(kind),
        wanted: Some(Keys {
            keys: keys.to_vec(),
        }),
    };
    FriendsRequest {
        req_count: Some(PAGE),
        time: Some(0),
        local_seq: Some(0),
        cookie,
        flag: Some(1),
        proxy_seq: Some(i32::MAX.unsigned_abs()),
        biz: vec![
            wanted(1, &[102, 103, 20002, 27394, 20009, 20037, 20031]),
            wanted(4, &[100, 101, 102]),
        ],
        sns_flag_keys: vec![13578, 13579, 13573, 13572, 13568],
        private_id_keys: vec![4051],
    }
}

fn friend(friend: &ProtoFriend) -> Option<Friend> {
    let values = friend
        .biz
        .iter()
        .find(|business| business.biz_type == Some(1))
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
    Some(Friend {
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
