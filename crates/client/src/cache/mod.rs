//! The one cache of people and groups: filled on demand, emptied by what happens, bounded. protocol/05 §9.

pub(crate) mod fill;
pub(crate) mod members;
pub(crate) mod people;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use nekonap_ids::{GroupUin, Uid, Uin};
use quick_cache::sync::Cache as Recent;

use self::{fill::Fills, people::People};
use crate::{
    friends::{FriendList, User},
    groups::Group,
    login::Me,
};

pub use self::members::Members;

/// How many people are remembered. Beyond it everything is forgotten, and learned anew as it is needed: two million
/// people take some 200 MB, and nobody has that many.
const MOST_PEOPLE: usize = 2_000_000;
/// Of how many groups the members are kept.
const MOST_MEMBER_LISTS: usize = 10_000;
/// How many profiles are kept.
const MOST_USERS: usize = 2_000;
/// How long a profile is good: nothing tells when a stranger's changes.
const USER_AGE: Duration = Duration::from_secs(60);

/// All of it. Locks are held for a few lines, none under another.
pub(crate) struct Cache {
    known: Mutex<Known>,
    users: Recent<Uin, (Instant, User)>,
    /// Counts what empties something, so that a fetch which began before does not fill it with what was.
    version: AtomicU64,
    pub(crate) friend_fills: Fills<(), Arc<FriendList>>,
    pub(crate) group_fills: Fills<(), Arc<Vec<Group>>>,
    pub(crate) member_fills: Fills<GroupUin, Arc<Members>>,
    pub(crate) user_fills: Fills<Uin, Option<User>>,
    pub(crate) uid_fills: Fills<Uid, Option<Uin>>,
}

#[derive(Default)]
struct Known {
    account: Option<Uin>,
    people: Arc<People>,
    friends: Option<Arc<FriendList>>,
    groups: Option<Arc<Vec<Group>>>,
    members: HashMap<GroupUin, Arc<Members>>,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            users: Recent::new(MOST_USERS),
            version: AtomicU64::new(0),
            friend_fills: Fills::default(),
            group_fills: Fills::default(),
            member_fills: Fills::default(),
            user_fills: Fills::default(),
            uid_fills: Fills::default(),
        }
    }
}

impl Cache {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Online, perhaps again: whatever may have changed meanwhile is fetched anew. Another account starts from nothing.
    pub(crate) fn begin(&self, me: &Me) {
        self.version.fetch_add(1, Ordering::AcqRel);
        let people = {
            let mut known = self.known();
            if known.account != Some(me.uin) {
                *known = Known::default();
            }
            known.account = Some(me.uin);
            known.friends = None;
            known.groups = None;
            known.members.clear();
            known.people.clone()
        };
        self.users.clear();
        people.learn(me.uin, me.uid, Some(&me.nickname));
    }

    /// What to hand to the `keep_…` of a fetch that begins now.
    pub(crate) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Everybody known by both names.
    pub(crate) fn people(&self) -> Arc<People> {
        self.known().people.clone()
    }

    /// These two names belong to one person.
    pub(crate) fn learn(&self, uin: Uin, uid: Uid, nickname: Option<&str>) {
        let people = self.people();
        if people.len() >= MOST_PEOPLE && people.uid(uin).is_none() {
            tracing::warn!(
                people = people.len(),
                "too many people are known: forgetting them all"
            );
            let mut known = self.known();
            known.people = Arc::default();
            known.members.clear();
        }
        self.people().learn(uin, uid, nickname);
    }

    pub(crate) fn friends(&self) -> Option<Arc<FriendList>> {
        self.known().friends.clone()
    }

    pub(crate) fn keep_friends(&self, friends: &Arc<FriendList>, version: u64) {
        let mut known = self.known();
        if version == self.version() {
            known.friends = Some(friends.clone());
        }
    }

    pub(crate) fn groups(&self) -> Option<Arc<Vec<Group>>> {
        self.known().groups.clone()
    }

    pub(crate) fn keep_groups(&self, groups: &Arc<Vec<Group>>, version: u64) {
        let mut known = self.known();
        if version == self.version() {
            known.groups = Some(groups.clone());
        }
    }

    pub(crate) fn forget_groups(&self) {
        self.version.fetch_add(1, Ordering::AcqRel);
        self.known().groups = None;
    }

    pub(crate) fn members(&self, group: GroupUin) -> Option<Arc<Members>> {
        self.known().members.get(&group).cloned()
    }

    /// What a group calls somebody, as far as it is remembered.
    pub(crate) fn name(&self, group: GroupUin, uin: Uin) -> Option<String> {
        let member = self.members(group).and_then(|members| members.get(uin));
        if let Some(member) = member.filter(|member| !member.name().is_empty()) {
            return Some(member.name().to_owned());
        }
        let people = self.people();
        let (_, _, nickname) = people.at(people.place(uin)?)?;
        Some(nickname).filter(|nickname| !nickname.is_empty())
    }

    pub(crate) fn keep_members(&self, group: GroupUin, members: &Arc<Members>, version: u64) {
        let mut known = self.known();
        if version != self.version() || !Arc::ptr_eq(members.people(), &known.people) {
            return;
        }
        if known.members.len() >= MOST_MEMBER_LISTS && !known.members.contains_key(&group) {
            known.members.clear();
        }
        known.members.insert(group, members.clone());
    }

    pub(crate) fn forget_members(&self, group: GroupUin) {
        self.version.fetch_add(1, Ordering::AcqRel);
        self.known().members.remove(&group);
    }

    /// Changes one member of a list that is kept; `None` from `change` removes them.
    pub(crate) fn change_member(
        &self,
        group: GroupUin,
        uin: Uin,
        change: impl FnOnce(crate::Member) -> Option<crate::Member>,
    ) {
        let Some(members) = self.members(group) else {
            return;
        };
        let Some(member) = members.get(uin) else {
            return;
        };
        let changed = Arc::new(members.with(uin, change(member)));
        let mut known = self.known();
        // Only if nobody else was faster; else the list is fetched anew.
        match known.members.get(&group) {
            Some(now) if Arc::ptr_eq(now, &members) => {
                known.members.insert(group, changed);
            }
            _ => {
                known.members.remove(&group);
            }
        }
    }

    pub(crate) fn user(&self, uin: Uin) -> Option<User> {
        let (fetched, user) = self.users.get(&uin)?;
        (fetched.elapsed() < USER_AGE).then_some(user)
    }

    pub(crate) fn keep_user(&self, user: &User) {
        self.users.insert(user.uin, (Instant::now(), user.clone()));
    }
}
