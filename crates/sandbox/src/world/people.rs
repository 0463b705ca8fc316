//! People: their profiles, friends and categories.

use std::collections::BTreeMap;

use nekonap_ids::{Uid, Uin};
use nekonap_wire::commands::friends::Presence;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::{ROBOT_NUMBERS, World, save};
use crate::refusal::Refusal;

/// An account and its profile.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) uin: Uin,
    pub(crate) uid: Uid,
    pub(crate) nickname: String,
    pub(crate) signature: String,
    pub(crate) sex: Sex,
    /// `YYYY-MM-DD`, or empty.
    pub(crate) birthday: String,
    pub(crate) status: Status,
    /// Time of registration, in Unix seconds.
    pub(crate) registered: u64,
    /// Names by id. Category 0 always exists.
    pub(super) categories: BTreeMap<u32, String>,
    pub(super) friends: BTreeMap<Uin, Friendship>,
    /// Number of notices pushed to this account, kept only in memory. protocol/05 §10.4
    pub(super) notices: u64,
}

/// A person's settings for a friend.
#[derive(Debug, Clone, Default)]
pub(crate) struct Friendship {
    pub(crate) category: u32,
    pub(crate) remark: String,
}

/// New values of a profile; `None` keeps a field unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProfileUpdate {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nickname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) signature: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sex: Option<Sex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) birthday: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<Status>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sex {
    #[default]
    Unknown,
    Male,
    Female,
}

impl Sex {
    /// The value of property 20009. protocol/04 §4.2
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Male => 1,
            Self::Female => 2,
        }
    }

    pub(crate) const fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Male,
            2 => Self::Female,
            _ => Self::Unknown,
        }
    }
}

/// A person's online status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    #[default]
    Online,
    Away,
    Invisible,
    Busy,
    QMe,
    DoNotDisturb,
}

impl Status {
    const ALL: [(Self, &'static str, u32); 6] = [
        (Self::Online, "online", 10),
        (Self::Away, "away", 30),
        (Self::Invisible, "invisible", 40),
        (Self::Busy, "busy", 50),
        (Self::QMe, "q_me", 60),
        (Self::DoNotDisturb, "do_not_disturb", 70),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(status, ..)| *status == self)
            .map_or("online", |(_, name, _)| name)
    }

    pub(crate) fn from_name(name: &str) -> Self {
        Self::ALL
            .iter()
            .find(|(_, known, _)| *known == name)
            .map_or_else(Self::default, |(status, ..)| *status)
    }

    /// The status in the form of the wire. protocol/04 §8.3
    pub(crate) fn presence(self) -> Presence {
        let known = Self::ALL.iter().find(|(status, ..)| *status == self);
        let status = known.map_or(Presence::ONLINE.status, |(.., number)| *number);
        Presence { status, ext: 0 }
    }

    /// The status with this number. protocol/04 §8.3
    pub(crate) fn from_number(number: u32) -> Option<Self> {
        let mut all = Self::ALL.iter();
        let known = all.find(|(.., known)| *known == number);
        known.map(|(status, ..)| *status)
    }
}

/// Parses the year, month and day of a birthday; `None` for an empty text.
///
/// # Errors
/// The text is not a date.
pub(crate) fn check_birthday(text: &str) -> Result<Option<(u16, u8, u8)>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut parts = text.split('-');
    let mut part = || parts.next().and_then(|part| part.parse::<u16>().ok());
    let date = (part(), part(), part());
    if let ((Some(year), Some(month), Some(day)), None) = (date, parts.next())
        && (1800..=3000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && let (Ok(month), Ok(day)) = (u8::try_from(month), u8::try_from(day))
    {
        return Ok(Some((year, month, day)));
    }
    Err(Refusal::bad_request(format!(
        "`birthday` must be YYYY-MM-DD or empty, not {text:?}"
    )))
}

impl Person {
    /// A new account without friends.
    pub(crate) fn new(uin: Uin, uid: Uid, nickname: String, registered: u64) -> Self {
        Self {
            uin,
            uid,
            nickname,
            signature: String::new(),
            sex: Sex::default(),
            birthday: String::new(),
            status: Status::default(),
            registered,
            categories: BTreeMap::from([(0, "我的好友".to_owned())]),
            friends: BTreeMap::new(),
            notices: 0,
        }
    }

    pub(crate) fn categories(&self) -> &BTreeMap<u32, String> {
        &self.categories
    }

    /// Adds categories after the default category.
    #[must_use]
    pub(crate) fn with_categories(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.categories.extend((1..).zip(names));
        self
    }

    pub(crate) fn friends(&self) -> &BTreeMap<Uin, Friendship> {
        &self.friends
    }

    /// Applies the fields that are set in the update.
    pub(crate) fn apply(&mut self, update: &ProfileUpdate) {
        fn set<T: Clone>(field: &mut T, value: Option<&T>) {
            if let Some(value) = value {
                field.clone_from(value);
            }
        }
        set(&mut self.nickname, update.nickname.as_ref());
        set(&mut self.signature, update.signature.as_ref());
        set(&mut self.sex, update.sex.as_ref());
        set(&mut self.birthday, update.birthday.as_ref());
        set(&mut self.status, update.status.as_ref());
    }

    /// Year, month and day of the birthday, if it is set.
    pub(crate) fn birth_date(&self) -> Option<(u16, u8, u8)> {
        check_birthday(&self.birthday).ok().flatten()
    }

    /// Age in years, computed from the year only; 0 without a birthday.
    pub(crate) fn age(&self, now: u64) -> u8 {
        // The mean length of a Gregorian year is exact enough, because only the year is used.
        let year = 1970 + now / 31_556_952;
        self.birth_date()
            .and_then(|(birth_year, ..)| {
                u8::try_from(year.saturating_sub(u64::from(birth_year))).ok()
            })
            .unwrap_or(0)
    }
}

impl World {
    /// All people, by number.
    pub(crate) fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    pub(crate) fn find_person(&self, uin: Uin) -> Option<&Person> {
        self.people.get(&uin)
    }

    /// Returns an account.
    ///
    /// # Errors
    /// The account does not exist.
    pub(crate) fn person(&self, uin: Uin) -> Result<&Person, Refusal> {
        self.find_person(uin).ok_or_else(|| no_account(uin))
    }

    pub(crate) fn find_uid(&self, uid: Uid) -> Option<Uin> {
        self.uids.get(&uid).copied()
    }

    /// Returns the account with this uid.
    ///
    /// # Errors
    /// No account has this uid.
    pub(crate) fn by_uid(&self, uid: Uid) -> Result<Uin, Refusal> {
        self.find_uid(uid)
            .ok_or_else(|| Refusal::not_found(format!("there is no account {uid}")))
    }

    /// Resolves the account that a client's request identifies by uid, by uin or by both. The uid takes precedence.
    ///
    /// # Errors
    /// The account does not exist, or the request identifies no account.
    pub(crate) fn resolve_account(
        &self,
        uin: Option<Uin>,
        uid: Option<Uid>,
    ) -> Result<Uin, Refusal> {
        match (uid, uin) {
            (Some(uid), _) => self.by_uid(uid),
            (None, Some(uin)) => self.person(uin).map(|person| person.uin),
            (None, None) => Err(Refusal::bad_request("neither uin nor uid is given")),
        }
    }

    /// The nickname of an account, or its number if it does not exist.
    pub(crate) fn name_of(&self, uin: Uin) -> String {
        self.people
            .get(&uin)
            .map_or_else(|| uin.to_string(), |person| person.nickname.clone())
    }

    /// The online status of a person: that which a client has set, otherwise the person's own.
    pub(crate) fn presence(&self, person: &Person) -> Presence {
        let set = self.sessions.status(person.uin);
        set.map_or_else(|| person.status.presence(), |status| status.presence)
    }

    /// Whether two people are friends of each other.
    pub(crate) fn are_friends(&self, one: Uin, other: Uin) -> bool {
        let has = |owner: Uin, friend: Uin| {
            self.people
                .get(&owner)
                .is_some_and(|person| person.friends.contains_key(&friend))
        };
        has(one, other) && has(other, one)
    }

    /// Adds an account, with its categories.
    pub(crate) fn add_person(&mut self, person: Person) -> Result<(), Refusal> {
        save::person(&self.store, &person)?;
        for (id, name) in &person.categories {
            save::category(&self.store, person.uin, *id, name)?;
        }
        self.uids.insert(person.uid, person.uin);
        self.people.insert(person.uin, person);
        Ok(())
    }

    /// Changes a person, except categories and friends.
    pub(crate) fn update_person<R>(
        &mut self,
        uin: Uin,
        update: impl FnOnce(&mut Person) -> R,
    ) -> Result<R, Refusal> {
        let person = self.people.get_mut(&uin).ok_or_else(|| no_account(uin))?;
        let updated = update(person);
        save::person(&self.store, person)?;
        Ok(updated)
    }

    /// Takes the number of the next notice for an account. It is counted only in memory.
    pub(crate) fn next_notice(&mut self, uin: Uin) -> Result<u64, Refusal> {
        let person = self.people.get_mut(&uin).ok_or_else(|| no_account(uin))?;
        person.notices += 1;
        Ok(person.notices)
    }

    /// An unused account number: the highest number in use plus 1, at least 10001.
    pub(crate) fn free_uin(&self) -> Result<Uin, Refusal> {
        // Robots have numbers of their own.
        let mut numbers = self.people.keys().map(|uin| uin.get()).rev();
        let newest = numbers.find(|uin| !ROBOT_NUMBERS.contains(uin));
        let next = newest.unwrap_or(0).max(10_000) + 1;
        let free = if ROBOT_NUMBERS.contains(&next) {
            ROBOT_NUMBERS.end() + 1
        } else {
            next
        };
        Uin::new(free).map_err(|error| Refusal::broken(&error))
    }

    /// Makes two people friends, each with the other in the given category.
    pub(crate) fn add_friendship(
        &mut self,
        (one, its_category): (Uin, u32),
        (other, others_category): (Uin, u32),
    ) -> Result<(), Refusal> {
        for (owner, friend, category) in [(one, other, its_category), (other, one, others_category)]
        {
            let person = self
                .people
                .get_mut(&owner)
                .ok_or_else(|| no_account(owner))?;
            let friendship = Friendship {
                category,
                remark: String::new(),
            };
            save::friend(&self.store, owner, friend, &friendship)?;
            save::unblock(&self.store, owner, friend)?;
            person.friends.insert(friend, friendship);
        }
        Ok(())
    }

    /// Changes a person's settings for a friend.
    ///
    /// # Errors
    /// `friend` is not in the person's list.
    pub(crate) fn update_friendship(
        &mut self,
        owner: Uin,
        friend: Uin,
        update: impl FnOnce(&mut Friendship),
    ) -> Result<(), Refusal> {
        let person = self
            .people
            .get_mut(&owner)
            .ok_or_else(|| no_account(owner))?;
        let friendship = person
            .friends
            .get_mut(&friend)
            .ok_or_else(|| not_friends(owner, friend))?;
        update(friendship);
        save::friend(&self.store, owner, friend, friendship)
    }

    /// Removes a friend from a person's list, and not the person from the friend's.
    ///
    /// # Errors
    /// `friend` is not in the person's list.
    pub(crate) fn remove_friend(&mut self, owner: Uin, friend: Uin) -> Result<(), Refusal> {
        let person = self
            .people
            .get_mut(&owner)
            .ok_or_else(|| no_account(owner))?;
        if person.friends.remove(&friend).is_none() {
            return Err(not_friends(owner, friend));
        }
        save::remove_friend(&self.store, owner, friend)
    }

    /// Adds a category after the others. Returns its id.
    pub(crate) fn add_category(&mut self, owner: Uin, name: &str) -> Result<u32, Refusal> {
        let person = self
            .people
            .get_mut(&owner)
            .ok_or_else(|| no_account(owner))?;
        let id = person
            .categories
            .keys()
            .next_back()
            .map_or(0, |last| last.saturating_add(1));
        save::category(&self.store, owner, id, name)?;
        person.categories.insert(id, name.to_owned());
        Ok(id)
    }

    /// Blocks a person: likes and temporary messages to the owner are refused. A new friendship ends it.
    pub(crate) fn block(&mut self, owner: Uin, blocked: Uin) -> Result<(), Refusal> {
        save::block(&self.store, owner, blocked)
    }

    /// The people whom `owner` has blocked.
    pub(crate) fn blocked_by(&self, owner: Uin) -> Result<Vec<Uin>, Refusal> {
        let sql = "SELECT uin FROM blocked WHERE owner = ?1 ORDER BY uin";
        let mut statement = self.store.read(sql)?;
        let rows = statement.query_map(params![owner], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether `owner` has blocked this person.
    pub(crate) fn blocks(&self, owner: Uin, person: Uin) -> Result<bool, Refusal> {
        let sql = "SELECT 1 FROM blocked WHERE owner = ?1 AND uin = ?2";
        Ok(self.store.read(sql)?.exists(params![owner, person])?)
    }
}

fn not_friends(owner: Uin, friend: Uin) -> Refusal {
    Refusal::not_found(format!("{friend} is not a friend of {owner}"))
}

fn no_account(uin: Uin) -> Refusal {
    Refusal::not_found(format!("there is no account {uin}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn birthday_is_a_date_or_empty() {
        assert_eq!(check_birthday("1990-02-03"), Ok(Some((1990, 2, 3))));
        assert_eq!(check_birthday(""), Ok(None));
        for wrong in [
            "1990",
            "1990-13-01",
            "1990-1-1-1",
            "x-y-z",
            "1990-00-10",
            "99999-1-1",
        ] {
            let refusal = check_birthday(wrong).expect_err(wrong);
            assert!(refusal.text.contains("birthday"), "{wrong}");
        }
    }

    #[test]
    fn statuses_have_documented_names_and_numbers() {
        for (status, name, number) in Status::ALL {
            assert_eq!(Status::from_name(name), status);
            assert_eq!(Status::from_number(number), Some(status));
            assert_eq!(status.presence().status, number);
            assert_eq!(serde_json::to_value(status).expect("JSON"), name);
        }
    }
}
