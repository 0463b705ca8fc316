//! `get_friends_with_category` (api/actions §3.4).

use std::collections::{BTreeMap, HashSet};

use nekonap_client::{CallError, Category, Friend, FriendList};
use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::Serialize;

use super::user::User;
use crate::{actions::NoParams, bot::Context, error::Result};

/// A category with its friends.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FriendCategory {
    /// Id of the category; 0 is the default category.
    category_id: i32,
    /// Position in the list.
    category_sort_id: i32,
    /// Name of the category.
    category_name: String,
    /// Number of friends in it.
    category_mb_count: usize,
    /// How many of them are online.
    online_count: usize,
    /// The friends.
    buddy_list: Vec<Buddy>,
}

/// A friend. Some values have several names, for compatibility with different programs.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Buddy {
    #[serde(flatten)]
    user: User,
    /// The same as `long_nick`.
    long_nick: String,
    /// The same as `email`.
    e_mail: String,
    /// The same as `phone_num`.
    phone_num: String,
    /// Uid, the internal id of the user.
    uid: String,
    /// The same as `nickname`.
    nick: String,
    /// The same as `user_id`, as a decimal string.
    uin: String,
    /// Always 0.
    rich_time: u32,
    /// Always empty.
    rich_buffer: BTreeMap<String, i64>,
}

pub(crate) async fn get(cx: Context, _: NoParams) -> Result<Vec<FriendCategory>> {
    let list = cx.client().friends(false).await?;
    let online = match cx.client().online_friends().await {
        Err(CallError::Refused(refusal)) => {
            tracing::warn!(%refusal, "the server does not tell which friends are online");
            HashSet::new()
        }
        online => online?,
    };
    Ok(grouped(&list, &online))
}

/// The categories in their order, each with its friends. A category that only its friends name comes last, without a name.
fn grouped(list: &FriendList, online: &HashSet<Uin>) -> Vec<FriendCategory> {
    let mut friends: BTreeMap<i32, Vec<&Friend>> = BTreeMap::new();
    for friend in &list.friends {
        friends.entry(friend.category).or_default().push(friend);
    }
    let mut grouped: Vec<FriendCategory> = Vec::new();
    for category in &list.categories {
        let of_it = friends.remove(&category.id).unwrap_or_default();
        grouped.push(FriendCategory::new(category, &of_it, list, online));
    }
    for (id, of_it) in friends {
        let category = Category {
            id,
            name: String::new(),
            member_count: 0,
            sort_id: id,
        };
        grouped.push(FriendCategory::new(&category, &of_it, list, online));
    }
    grouped
}

impl FriendCategory {
    fn new(
        category: &Category,
        friends: &[&Friend],
        list: &FriendList,
        online: &HashSet<Uin>,
    ) -> Self {
        Self {
            category_id: category.id,
            category_sort_id: category.sort_id,
            category_name: category.name.clone(),
            category_mb_count: friends.len(),
            online_count: friends
                .iter()
                .filter(|friend| online.contains(&friend.uin))
                .count(),
            buddy_list: friends
                .iter()
                .map(|friend| Buddy::new(friend, list))
                .collect(),
        }
    }
}

impl Buddy {
    fn new(friend: &Friend, list: &FriendList) -> Self {
        let user = User::of_friend(friend, &list.categories);
        Self {
            long_nick: user.long_nick.clone(),
            e_mail: user.email.clone(),
            phone_num: user.phone_num.clone(),
            uid: friend.uid.to_string(),
            nick: user.nickname.clone(),
            uin: friend.uin.to_string(),
            rich_time: 0,
            rich_buffer: BTreeMap::new(),
            user,
        }
    }
}

#[cfg(test)]
mod tests {
    use nekonap_client::Sex;
    use nekonap_ids::Uid;

    use super::*;

    #[test]
    fn friend_in_an_unlisted_category_is_not_lost() {
        let uin = Uin::new(10_002).expect("an account");
        let list = FriendList {
            categories: vec![Category {
                id: 0,
                name: "My friends".to_owned(),
                member_count: 0,
                sort_id: 1,
            }],
            friends: vec![Friend {
                uin,
                uid: Uid::new("u_bob").expect("a uid"),
                nickname: "Bob".to_owned(),
                remark: String::new(),
                signature: String::new(),
                qid: String::new(),
                category: 7,
                sex: Sex::Unknown,
                age: 0,
                birthday: (0, 0, 0),
            }],
        };
        let grouped = grouped(&list, &HashSet::from([uin]));
        let found: Vec<_> = grouped
            .iter()
            .map(|one| (one.category_id, one.category_mb_count, one.online_count))
            .collect();
        assert_eq!(found, [(0, 0, 0), (7, 1, 1)]);
    }
}
