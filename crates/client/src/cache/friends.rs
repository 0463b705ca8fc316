//! Changes of the cached friend list that the server reports or accepts. protocol/05 §9

use std::sync::{Arc, atomic::Ordering};

use bytes::Bytes;
use nekonap_ids::Uin;
use nekonap_wire::commands::friends::property;

use super::Cache;
use crate::friends::{Friend, FriendList};

/// A change of a friend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FriendUpdate {
    /// No longer a friend.
    Deleted,
    /// In another category.
    Category(u32),
    /// The account has another remark for the friend.
    Remark(String),
    /// Ids and values of changed properties of the profile (protocol/04 §4.2). The nickname is not applied:
    /// [`Cache::name`] does this.
    Profile(Vec<(u32, Bytes)>),
}

impl FriendUpdate {
    /// Whether the friend list contains what changed.
    fn is_listed(&self) -> bool {
        let Self::Profile(properties) = self else {
            return true;
        };
        properties.iter().any(|(id, _)| {
            [
                property::SIGNATURE,
                property::REMARK,
                property::QID,
                property::SEX,
                property::BIRTHDAY,
            ]
            .contains(id)
        })
    }

    fn apply(self, friend: &mut Friend) {
        match self {
            Self::Deleted => {}
            Self::Category(category) => friend.category = i32::try_from(category).unwrap_or(0),
            Self::Remark(remark) => friend.remark = remark,
            Self::Profile(properties) => {
                for (id, value) in properties {
                    friend.set_property(id, &value);
                }
            }
        }
    }
}

impl Cache {
    /// Applies a change. Fetches that are under way are not kept: they may be older.
    pub(crate) fn update_friend(&self, friend: Uin, update: FriendUpdate) {
        self.users.remove(&friend);
        if !update.is_listed() {
            return;
        }
        self.version.fetch_add(1, Ordering::AcqRel);
        let mut known = self.known();
        let Some(list) = &known.friends else {
            return;
        };
        let listed = list.friend(friend).is_some();
        let mut changed = FriendList::clone(list);
        match update {
            FriendUpdate::Deleted => changed.friends.retain(|one| one.uin != friend),
            // The person was deleted, or is the account itself.
            FriendUpdate::Profile(_) if !listed => return,
            // The list is outdated.
            _ if !listed => {
                known.friends = None;
                return;
            }
            update => {
                if let Some(one) = changed.friends.iter_mut().find(|one| one.uin == friend) {
                    update.apply(one);
                }
            }
        }
        known.friends = Some(Arc::new(changed));
    }

    pub(crate) fn forget_friends(&self) {
        self.version.fetch_add(1, Ordering::AcqRel);
        self.known().friends = None;
    }
}

#[cfg(test)]
mod tests {
    use nekonap_ids::Uid;

    use super::*;
    use crate::Sex;

    fn uin(number: u64) -> Uin {
        Uin::new(number).expect("an account")
    }

    fn cache() -> Cache {
        let cache = Cache::default();
        let friend = |number: u64| Friend {
            uin: uin(number),
            uid: Uid::new(&format!("u_{number}")).expect("a uid"),
            nickname: String::new(),
            remark: String::new(),
            signature: String::new(),
            qid: String::new(),
            category: 0,
            sex: Sex::Unknown,
            age: 0,
            birthday: (0, 0, 0),
        };
        let list = FriendList {
            categories: Vec::new(),
            friends: vec![friend(2), friend(3)],
        };
        let fetch = cache.fetch();
        cache.keep_friends(list, fetch);
        cache
    }

    fn listed(cache: &Cache, number: u64) -> Option<Friend> {
        cache.friends()?.friend(uin(number)).cloned()
    }

    #[test]
    fn changes_are_applied_to_the_friend() {
        let cache = cache();
        cache.update_friend(uin(2), FriendUpdate::Category(3));
        cache.update_friend(uin(2), FriendUpdate::Remark("R".to_owned()));
        let value = Bytes::from_static;
        let profile = vec![
            (property::SIGNATURE, value(b"hm")),
            (property::SEX, value(&[2])),
            (property::BIRTHDAY, value(&[0x07, 0xcc, 2, 29])),
            (property::PRESENCE, value(&[50, 0, 0, 0])),
        ];
        cache.update_friend(uin(2), FriendUpdate::Profile(profile));
        let friend = listed(&cache, 2).expect("a friend");
        assert_eq!((friend.category, &friend.remark[..]), (3, "R"));
        assert_eq!((&friend.signature[..], friend.sex), ("hm", Sex::Female));
        assert_eq!(friend.birthday, (1996, 2, 29));
        assert_eq!(listed(&cache, 3).expect("a friend").category, 0);
    }

    #[test]
    fn deleted_friend_is_gone_and_the_others_stay() {
        let cache = cache();
        cache.update_friend(uin(2), FriendUpdate::Deleted);
        assert_eq!(listed(&cache, 2), None);
        assert!(listed(&cache, 3).is_some());
    }

    #[test]
    fn list_without_the_friend_is_dropped_and_a_strangers_profile_changes_nothing() {
        let cache = cache();
        let signature = vec![(property::SIGNATURE, Bytes::new())];
        cache.update_friend(uin(9), FriendUpdate::Profile(signature));
        assert!(cache.friends().is_some());
        cache.update_friend(uin(9), FriendUpdate::Category(1));
        assert!(cache.friends().is_none());
    }

    #[test]
    fn list_that_was_fetched_before_a_change_is_not_kept_and_presence_does_not_count() {
        let cache = cache();
        let list = FriendList::clone(&cache.friends().expect("a list"));
        let fetch = cache.fetch();
        let presence = vec![(property::PRESENCE, Bytes::new())];
        cache.update_friend(uin(2), FriendUpdate::Profile(presence));
        cache.keep_friends(list.clone(), fetch);
        let fetch = cache.fetch();
        cache.update_friend(uin(2), FriendUpdate::Remark("new".to_owned()));
        cache.keep_friends(list, fetch);
        assert_eq!(listed(&cache, 2).expect("a friend").remark, "new");
    }
}
