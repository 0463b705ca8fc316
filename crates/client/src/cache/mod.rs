//! The bounded cache of people and groups: filled on demand or in the background, updated by pushes. protocol/05 §9.
//!
//! All data about an account has a [`Stamp`], and newer data wins: a pushed message updates the lists at once, and a list
//! that was requested before that message does not undo it. History does not update the cache.

pub(crate) mod fetches;
pub(crate) mod fill;
mod friends;
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
use quick_cache::sync::Cache as BoundedCache;

use self::{
    fetches::Fetches,
    people::{Nickname, People},
};
use crate::{
    friends::{FriendList, User},
    groups::{Group, Member, Role},
    login::Me,
};

pub(crate) use self::friends::FriendUpdate;
pub use self::members::Members;

/// Maximum number of people. Beyond it the table is cleared and filled again on demand. Two million people take about
/// 200 MB; real accounts have far fewer.
const MAX_PEOPLE: usize = 2_000_000;
/// Maximum number of cached member lists.
const MAX_MEMBER_LISTS: usize = 10_000;
/// Maximum number of cached profiles.
const MAX_PROFILES: usize = 2_000;
/// Number of senders whose last pushed facts are kept. They are needed while a list is being fetched.
const MAX_SENDERS: usize = 20_000;
/// How long a cached profile is used. Profiles of strangers change without a push.
const PROFILE_LIFETIME: Duration = Duration::from_secs(60);

/// Age of data from the server: the server's time in seconds and, within a second, the order of arrival.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stamp {
    /// Unix seconds.
    pub(crate) second: u32,
    /// Number of pushes received so far.
    pub(crate) order: u32,
}

/// State at the start of a fetch, passed to the `keep_…` method that stores its result.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fetch {
    /// Version of the cache.
    version: u64,
    /// Stamp of the fetched data: that of the newest push, because the server's lists have no time.
    pub(crate) at: Stamp,
}

/// Facts about a group member in a pushed message. `None` for absent facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MemberFacts {
    pub(crate) card: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) level: Option<u32>,
    pub(crate) role: Option<Role>,
}

impl MemberFacts {
    /// The member updated with these facts; `None` if nothing changes.
    fn applied_to(&self, member: &Member) -> Option<Member> {
        let changed = Member {
            card: self.card.clone().unwrap_or_else(|| member.card.clone()),
            title: self.title.clone().unwrap_or_else(|| member.title.clone()),
            level: self
                .level
                .map_or(member.level, |level| level.min(members::HIGHEST_LEVEL)),
            role: self.role.unwrap_or(member.role),
            ..member.clone()
        };
        (changed != *member).then_some(changed)
    }
}

/// When a mute that begins `now` ends, Unix seconds; 0 if it is lifted.
pub(crate) fn mute_end(now: u64, seconds: u32) -> u64 {
    match seconds {
        0 => 0,
        seconds => now.saturating_add(seconds.into()),
    }
}

/// The cache. Its locks are short and never nested.
pub(crate) struct Cache {
    known: Mutex<Known>,
    users: BoundedCache<Uin, (Instant, User)>,
    login_days: BoundedCache<Uin, (Instant, u32)>,
    /// Newest pushed facts about members.
    pushed_facts: BoundedCache<(GroupUin, Uin), (Stamp, MemberFacts)>,
    /// Incremented when data is invalidated, so that a fetch started earlier does not store outdated data.
    version: AtomicU64,
    pub(crate) friend_fetches: Fetches<(), Arc<FriendList>>,
    pub(crate) group_fetches: Fetches<(), Arc<Vec<Group>>>,
    pub(crate) member_fetches: Fetches<GroupUin, Arc<Members>>,
    pub(crate) user_fetches: Fetches<Uin, Option<User>>,
    pub(crate) uid_fetches: Fetches<Uid, Option<Uin>>,
}

#[derive(Default)]
struct Known {
    account: Option<Uin>,
    people: Arc<People>,
    friends: Option<Arc<FriendList>>,
    groups: Option<Arc<Vec<Group>>>,
    members: HashMap<GroupUin, Arc<Members>>,
    /// Group names in the latest pushes.
    group_names: HashMap<GroupUin, String>,
    /// Newest time of all pushes, and their number.
    newest: Stamp,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            users: BoundedCache::new(MAX_PROFILES),
            login_days: BoundedCache::new(MAX_PROFILES),
            pushed_facts: BoundedCache::new(MAX_SENDERS),
            version: AtomicU64::new(0),
            friend_fetches: Fetches::default(),
            group_fetches: Fetches::default(),
            member_fetches: Fetches::default(),
            user_fetches: Fetches::default(),
            uid_fetches: Fetches::default(),
        }
    }
}

impl Cache {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called when the client comes online: drops lists, which may have changed while offline. For a different account,
    /// clears the whole cache.
    pub(crate) fn begin(&self, me: &Me) {
        self.version.fetch_add(1, Ordering::AcqRel);
        let (another, people, at) = {
            let mut known = self.known();
            let another = known.account != Some(me.uin);
            if another {
                *known = Known::default();
            }
            known.account = Some(me.uin);
            known.friends = None;
            known.groups = None;
            known.members.clear();
            (another, known.people.clone(), known.newest)
        };
        self.users.clear();
        self.login_days.clear();
        if another {
            self.pushed_facts.clear();
        }
        let text = &me.nickname;
        people.learn(me.uin, me.uid, Some(Nickname { text, at }));
    }

    /// Captures the state at the start of a fetch.
    pub(crate) fn fetch(&self) -> Fetch {
        let at = self.known().newest;
        Fetch {
            version: self.version.load(Ordering::Acquire),
            at,
        }
    }

    /// Counts a pushed message, sent at this Unix second, and returns the stamp of its facts.
    pub(crate) fn pushed(&self, time: u64) -> Stamp {
        let second = u32::try_from(time).unwrap_or(u32::MAX);
        let mut known = self.known();
        let order = known.newest.order.saturating_add(1);
        known.newest = Stamp {
            second: second.max(known.newest.second),
            order,
        };
        Stamp { second, order }
    }

    /// The table of people.
    pub(crate) fn people(&self) -> Arc<People> {
        self.known().people.clone()
    }

    /// Stores a pair of account number and uid.
    pub(crate) fn learn(&self, uin: Uin, uid: Uid) {
        self.people_with(uin).learn(uin, uid, None);
    }

    /// The table of people with room for this account; clears it when it is full.
    fn people_with(&self, uin: Uin) -> Arc<People> {
        let people = self.people();
        if people.len() < MAX_PEOPLE || people.uid(uin).is_some() {
            return people;
        }
        tracing::warn!(
            people = people.len(),
            "the table of people is full: clearing it"
        );
        let mut known = self.known();
        known.people = Arc::default();
        known.members.clear();
        known.people.clone()
    }

    /// Stores a nickname and updates all lists, unless a newer nickname is known. Returns the current nickname.
    pub(crate) fn name(&self, uin: Uin, uid: Uid, nickname: &str, at: Stamp) -> String {
        let people = self.people_with(uin);
        let before = people.nickname(uin);
        people.learn(uin, uid, Some(Nickname { text: nickname, at }));
        let holds = people.nickname(uin).unwrap_or_default();
        // Member lists read the nickname from this table; the other lists have copies.
        if before.is_some_and(|before| before != holds) {
            self.rename_friend(uin, &holds);
            if let Some((fetched, mut user)) = self.users.get(&uin) {
                user.nickname.clone_from(&holds);
                self.users.insert(uin, (fetched, user));
            }
        }
        holds
    }

    fn rename_friend(&self, uin: Uin, nickname: &str) {
        let mut known = self.known();
        let Some(friends) = &known.friends else {
            return;
        };
        let old = |friend: &crate::Friend| friend.uin == uin && friend.nickname != nickname;
        if friends.friends.iter().any(old) {
            let mut changed = FriendList::clone(friends);
            for friend in &mut changed.friends {
                if friend.uin == uin {
                    nickname.clone_into(&mut friend.nickname);
                }
            }
            known.friends = Some(Arc::new(changed));
        }
    }

    pub(crate) fn friends(&self) -> Option<Arc<FriendList>> {
        self.known().friends.clone()
    }

    /// Stores a fetched list, updated with nicknames pushed during the fetch.
    pub(crate) fn keep_friends(&self, mut list: FriendList, fetch: Fetch) -> Arc<FriendList> {
        for friend in &mut list.friends {
            friend.nickname = self.name(friend.uin, friend.uid, &friend.nickname, fetch.at);
        }
        let list = Arc::new(list);
        {
            let mut known = self.known();
            if fetch.version == self.version.load(Ordering::Acquire) {
                known.friends = Some(list.clone());
            }
        }
        // Nicknames pushed between the two steps above.
        let people = self.people();
        for friend in &list.friends {
            if let Some(nickname) = people.nickname(friend.uin)
                && nickname != friend.nickname
            {
                self.rename_friend(friend.uin, &nickname);
            }
        }
        list
    }

    pub(crate) fn groups(&self) -> Option<Arc<Vec<Group>>> {
        self.known().groups.clone()
    }

    pub(crate) fn keep_groups(&self, groups: &Arc<Vec<Group>>, fetch: Fetch) {
        let mut known = self.known();
        if fetch.version == self.version.load(Ordering::Acquire) {
            known.groups = Some(groups.clone());
        }
    }

    pub(crate) fn forget_groups(&self) {
        self.version.fetch_add(1, Ordering::AcqRel);
        self.known().groups = None;
    }

    /// Handles the group name in a push. A new name invalidates the list; the name itself is not stored there, because a
    /// push may truncate it (protocol/02 §2.3).
    pub(crate) fn name_group(&self, group: GroupUin, name: &str) {
        if name.is_empty() {
            return;
        }
        let mut known = self.known();
        if known.group_names.len() >= MAX_MEMBER_LISTS {
            known.group_names.clear();
        }
        let before = known.group_names.insert(group, name.to_owned());
        if before.is_some_and(|before| before == name) {
            return;
        }
        let start = name.trim_end_matches(char::REPLACEMENT_CHARACTER);
        let same = |listed: &str| {
            listed == name || (start.len() < name.len() && listed.starts_with(start))
        };
        let listed = known
            .groups
            .as_ref()
            .and_then(|groups| groups.iter().find(|listed| listed.uin == group));
        if listed.is_some_and(|listed| !same(&listed.name)) {
            known.groups = None;
            self.version.fetch_add(1, Ordering::AcqRel);
        }
    }

    pub(crate) fn members(&self, group: GroupUin) -> Option<Arc<Members>> {
        self.known().members.get(&group).cloned()
    }

    /// Cached card or nickname of a group member.
    pub(crate) fn name_in(&self, group: GroupUin, uin: Uin) -> Option<String> {
        let member = self.members(group).and_then(|members| members.get(uin));
        if let Some(member) = member.filter(|member| !member.name().is_empty()) {
            return Some(member.name().to_owned());
        }
        let nickname = self.people().nickname(uin);
        nickname.filter(|nickname| !nickname.is_empty())
    }

    /// Stores a fetched list, updated with facts pushed during the fetch.
    pub(crate) fn keep_members(
        &self,
        group: GroupUin,
        members: impl IntoIterator<Item = Member>,
        fetch: Fetch,
    ) -> Arc<Members> {
        let members: Vec<Member> = members.into_iter().collect();
        let people = self.people();
        // Changed nicknames also update the other lists.
        for member in &members {
            let known = people.nickname(member.uin);
            if known.is_some_and(|known| !known.is_empty() && known != member.nickname) {
                self.name(member.uin, member.uid, &member.nickname, fetch.at);
            }
        }
        let members = Arc::new(Members::new(people, members, fetch.at));
        {
            let mut known = self.known();
            if fetch.version == self.version.load(Ordering::Acquire)
                && Arc::ptr_eq(members.people(), &known.people)
            {
                if known.members.len() >= MAX_MEMBER_LISTS && !known.members.contains_key(&group) {
                    known.members.clear();
                }
                known.members.insert(group, members.clone());
            }
        }
        let pushed: Vec<Member> = members
            .iter()
            .filter_map(|member| self.pushed_since(group, &member, fetch.at))
            .collect();
        if pushed.is_empty() {
            return members;
        }
        let changed = Arc::new(members.with(&pushed));
        self.replace_members(group, &members, &changed);
        changed
    }

    /// The member updated with facts pushed after `at`; `None` if nothing changes.
    fn pushed_since(&self, group: GroupUin, member: &Member, at: Stamp) -> Option<Member> {
        let (pushed, facts) = self.pushed_facts.get(&(group, member.uin))?;
        if pushed > at {
            facts.applied_to(member)
        } else {
            None
        }
    }

    /// Replaces a list with a changed one. If it was replaced concurrently, drops it so that it is fetched again.
    fn replace_members(&self, group: GroupUin, old: &Arc<Members>, new: &Arc<Members>) {
        let mut known = self.known();
        match known.members.get(&group) {
            Some(now) if Arc::ptr_eq(now, old) => {
                known.members.insert(group, new.clone());
            }
            _ => {
                known.members.remove(&group);
            }
        }
    }

    pub(crate) fn forget_members(&self, group: GroupUin) {
        self.version.fetch_add(1, Ordering::AcqRel);
        self.known().members.remove(&group);
    }

    /// Changes a listed member, because the server reported or accepted the change. Fetches that are under way are not
    /// kept: they may be older.
    pub(crate) fn change_one(&self, group: GroupUin, uin: Uin, change: impl FnOnce(&mut Member)) {
        self.version.fetch_add(1, Ordering::AcqRel);
        let listed = self.members(group).and_then(|members| members.get(uin));
        if let Some(mut member) = listed {
            change(&mut member);
            self.change_member(group, &member);
        }
    }

    /// Sets the card of a listed member and returns the card before; `None` if the member is not listed.
    pub(crate) fn replace_card(&self, group: GroupUin, uin: Uin, card: &str) -> Option<String> {
        let mut before = None;
        self.change_one(group, uin, |member| {
            before = Some(std::mem::replace(&mut member.card, card.to_owned()));
        });
        before
    }

    /// Stores a fetched member, updated with facts pushed during the fetch.
    pub(crate) fn keep_member(&self, group: GroupUin, member: Member, fetch: Fetch) -> Member {
        let nickname = self.name(member.uin, member.uid, &member.nickname, fetch.at);
        let member = Member { nickname, ..member };
        let member = self
            .pushed_since(group, &member, fetch.at)
            .unwrap_or(member);
        self.change_member(group, &member);
        member
    }

    /// Applies the facts of a pushed message to a member, unless newer ones are known. Returns the card before if the
    /// member is listed and the card changed.
    pub(crate) fn apply_pushed(
        &self,
        group: GroupUin,
        uin: Uin,
        facts: MemberFacts,
        at: Stamp,
    ) -> Option<String> {
        let newer = |(known, _): (Stamp, MemberFacts)| known > at;
        if self.pushed_facts.get(&(group, uin)).is_some_and(newer) {
            return None;
        }
        let member = self.members(group).and_then(|members| members.get(uin));
        let changed = member.as_ref().and_then(|member| facts.applied_to(member));
        self.pushed_facts.insert((group, uin), (at, facts));
        let (before, changed) = member.zip(changed)?;
        self.change_member(group, &changed);
        (before.card != changed.card).then_some(before.card)
    }

    fn change_member(&self, group: GroupUin, member: &Member) {
        let Some(members) = self.members(group) else {
            return;
        };
        if members.get(member.uin).is_none_or(|known| known == *member) {
            return;
        }
        let changed = Arc::new(members.with(std::slice::from_ref(member)));
        self.replace_members(group, &members, &changed);
    }

    pub(crate) fn user(&self, uin: Uin) -> Option<User> {
        let (fetched, user) = self.users.get(&uin)?;
        (fetched.elapsed() < PROFILE_LIFETIME).then_some(user)
    }

    /// On how many days an account was online, if that was asked for recently.
    pub(crate) fn login_days(&self, uin: Uin) -> Option<u32> {
        let (fetched, days) = self.login_days.get(&uin)?;
        (fetched.elapsed() < PROFILE_LIFETIME).then_some(days)
    }

    pub(crate) fn keep_login_days(&self, uin: Uin, days: u32) {
        self.login_days.insert(uin, (Instant::now(), days));
    }

    /// Removes a profile that has changed.
    pub(crate) fn forget_user(&self, uin: Uin) {
        self.users.remove(&uin);
    }

    /// Stores a fetched profile, updated with a nickname pushed during the fetch.
    pub(crate) fn keep_user(&self, mut user: User, fetch: Fetch) -> User {
        if let Some(uid) = user.uid.or_else(|| self.people().uid(user.uin)) {
            user.nickname = self.name(user.uin, uid, &user.nickname, fetch.at);
        }
        self.users.insert(user.uin, (Instant::now(), user.clone()));
        user
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Friend, Sex};

    fn uin(number: u64) -> Uin {
        Uin::new(number).expect("an account")
    }

    fn uid(number: u64) -> Uid {
        Uid::new(&format!("u_{number}")).expect("a uid")
    }

    fn group() -> GroupUin {
        GroupUin::new(20_001).expect("a group")
    }

    fn member(number: u64, nickname: &str, card: &str) -> Member {
        Member {
            uin: uin(number),
            uid: uid(number),
            nickname: nickname.to_owned(),
            card: card.to_owned(),
            title: String::new(),
            level: 1,
            role: Role::Member,
            joined: 1,
            last_spoke: 1,
            muted_until: 0,
        }
    }

    fn friends(nickname: &str) -> FriendList {
        FriendList {
            categories: Vec::new(),
            friends: vec![Friend {
                uin: uin(2),
                uid: uid(2),
                nickname: nickname.to_owned(),
                remark: String::new(),
                signature: String::new(),
                qid: String::new(),
                category: 0,
                sex: Sex::Unknown,
                age: 0,
                birthday: (0, 0, 0),
            }],
        }
    }

    fn user(nickname: &str) -> User {
        User {
            uin: uin(2),
            uid: Some(uid(2)),
            nickname: nickname.to_owned(),
            remark: String::new(),
            signature: String::new(),
            qid: String::new(),
            sex: Sex::Unknown,
            age: 0,
            level: 0,
            registered: 0,
            birthday: (0, 0, 0),
            country: String::new(),
            province: String::new(),
            city: String::new(),
            school: String::new(),
            email: String::new(),
            presence: crate::Presence::ONLINE,
        }
    }

    /// The nickname of account 2 in the table and in every list.
    fn nicknames(cache: &Cache) -> [Option<String>; 4] {
        let friends = cache.friends();
        [
            cache.people().nickname(uin(2)),
            friends.and_then(|list| Some(list.friend(uin(2))?.nickname.clone())),
            cache.user(uin(2)).map(|user| user.nickname),
            cache
                .members(group())
                .and_then(|members| Some(members.get(uin(2))?.nickname)),
        ]
    }

    fn everywhere(nickname: &str) -> [Option<String>; 4] {
        std::array::from_fn(|_| Some(nickname.to_owned()))
    }

    /// A cache with all lists, in which account 2 has the nickname Bob.
    fn filled() -> Cache {
        let cache = Cache::default();
        cache.pushed(100);
        let fetch = cache.fetch();
        cache.keep_friends(friends("Bob"), fetch);
        cache.keep_user(user("Bob"), fetch);
        cache.keep_members(
            group(),
            [member(2, "Bob", ""), member(3, "Carol", "")],
            fetch,
        );
        cache
    }

    fn card(text: &str) -> MemberFacts {
        MemberFacts {
            card: Some(text.to_owned()),
            ..MemberFacts::default()
        }
    }

    fn card_of(cache: &Cache, number: u64) -> String {
        let members = cache.members(group()).expect("a list");
        members.get(uin(number)).expect("a member").card
    }

    #[test]
    fn pushed_nickname_updates_every_list_and_older_ones_are_ignored() {
        let cache = filled();
        assert_eq!(nicknames(&cache), everywhere("Bob"));
        let at = cache.pushed(200);
        assert_eq!(cache.name(uin(2), uid(2), "Zoe", at), "Zoe");
        assert_eq!(nicknames(&cache), everywhere("Zoe"));
        let older = cache.pushed(150);
        assert_eq!(cache.name(uin(2), uid(2), "Bob", older), "Zoe");
        assert_eq!(nicknames(&cache), everywhere("Zoe"));
        // Within a second the later arrival wins.
        let at = cache.pushed(200);
        cache.name(uin(2), uid(2), "Yan", at);
        assert_eq!(nicknames(&cache), everywhere("Yan"));
    }

    #[test]
    fn fetch_started_before_a_push_does_not_undo_it_and_a_later_fetch_wins() {
        let cache = filled();
        let early = cache.fetch();
        // In the same second as the previous push.
        let at = cache.pushed(100);
        cache.name(uin(2), uid(2), "Zoe", at);
        cache.apply_pushed(group(), uin(2), card("captain"), at);
        assert_eq!(
            cache.keep_friends(friends("Bob"), early).friends[0].nickname,
            "Zoe"
        );
        assert_eq!(cache.keep_user(user("Bob"), early).nickname, "Zoe");
        let list = cache.keep_members(group(), [member(2, "Bob", "old")], early);
        assert_eq!(list.get(uin(2)), Some(member(2, "Zoe", "captain")));
        assert_eq!(
            cache.keep_member(group(), member(2, "Bob", "old"), early),
            member(2, "Zoe", "captain")
        );
        assert_eq!(nicknames(&cache), everywhere("Zoe"));
        assert_eq!(card_of(&cache, 2), "captain");
        let late = cache.fetch();
        cache.keep_members(group(), [member(2, "Yan", "newer")], late);
        assert_eq!(nicknames(&cache), everywhere("Yan"));
        assert_eq!(card_of(&cache, 2), "newer");
        let one = cache.keep_member(group(), member(2, "Xia", ""), late);
        assert_eq!(one, member(2, "Xia", ""));
        assert_eq!(nicknames(&cache), everywhere("Xia"));
        assert_eq!(card_of(&cache, 2), "");
    }

    #[test]
    fn pushed_facts_update_the_member_and_older_ones_are_ignored() {
        let cache = filled();
        let facts = MemberFacts {
            card: Some("captain".to_owned()),
            title: Some("guest".to_owned()),
            level: Some(7),
            role: Some(Role::Admin),
        };
        let at = cache.pushed(200);
        cache.apply_pushed(group(), uin(2), facts, at);
        let wanted = Member {
            title: "guest".to_owned(),
            level: 7,
            role: Role::Admin,
            ..member(2, "Bob", "captain")
        };
        let known = |number| cache.members(group()).expect("a list").get(uin(number));
        assert_eq!(known(2), Some(wanted.clone()));
        assert_eq!(
            known(3),
            Some(member(3, "Carol", "")),
            "other members do not change"
        );
        let older = cache.pushed(199);
        cache.apply_pushed(group(), uin(2), card("mate"), older);
        assert_eq!(known(2), Some(wanted.clone()));
        // The card is removed; absent facts do not change.
        let at = cache.pushed(200);
        cache.apply_pushed(group(), uin(2), card(""), at);
        let bare = Member {
            card: String::new(),
            ..wanted
        };
        assert_eq!(known(2), Some(bare));
        assert_eq!(cache.name_in(group(), uin(2)), Some("Bob".to_owned()));
        // Facts about an account that is not in the list do not add it.
        cache.apply_pushed(group(), uin(9), card("stranger"), cache.pushed(201));
        assert_eq!(known(9), None);
    }

    #[test]
    fn unchanged_facts_do_not_replace_the_list() {
        let cache = filled();
        let before = cache.members(group()).expect("a list");
        cache.apply_pushed(group(), uin(2), card(""), cache.pushed(200));
        let after = cache.members(group()).expect("a list");
        assert!(Arc::ptr_eq(&before, &after));
    }

    #[test]
    fn new_group_name_invalidates_the_list_and_a_truncated_one_does_not() {
        let groups = |name: &str| {
            Arc::new(vec![Group {
                uin: group(),
                name: name.to_owned(),
                remark: String::new(),
                member_count: 2,
                max_members: 200,
                created: 0,
                owner: None,
                description: String::new(),
                announcement: String::new(),
                question: String::new(),
                all_muted: false,
                muted_until: 0,
                last_spoke: 0,
                role: None,
                latest: None,
            }])
        };
        let cache = Cache::default();
        cache.keep_groups(&groups("花园 party"), cache.fetch());
        for same in ["花园 party", "", "花\u{fffd}", "花园 party"] {
            cache.name_group(group(), same);
            assert!(cache.groups().is_some(), "{same:?}");
        }
        let early = cache.fetch();
        cache.name_group(group(), "花园");
        assert!(cache.groups().is_none());
        cache.keep_groups(&groups("花园 party"), early);
        assert!(
            cache.groups().is_none(),
            "the fetch started before the push"
        );
        // The name in the new list is kept even if pushes continue to differ.
        cache.keep_groups(&groups("花园!"), cache.fetch());
        cache.name_group(group(), "花园");
        assert!(cache.groups().is_some());
    }

    #[test]
    fn another_account_clears_the_cache_and_the_same_account_keeps_its_people() {
        let me = |number| Me {
            uin: uin(number),
            uid: uid(number),
            nickname: "me".to_owned(),
            age: 0,
            gender: 0,
        };
        let cache = filled();
        cache.begin(&me(1));
        assert_eq!(cache.people().uid(uin(2)), None);
        cache.learn(uin(2), uid(2));
        cache.begin(&me(1));
        assert_eq!(cache.people().uid(uin(2)), Some(uid(2)));
        assert!(cache.friends().is_none());
    }
}
