//! Groups and who is in them.

use std::collections::BTreeMap;

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::message;

use super::World;
use crate::refusal::Refusal;

/// How many a group takes.
pub(crate) const MOST_MEMBERS: u32 = 500;
/// `mute_all_until` of a group that is muted. protocol/04 §5.1
pub(crate) const FOR_EVER: u32 = u32::MAX;

/// A group.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) uin: GroupUin,
    pub(crate) name: String,
    pub(crate) owner: Uin,
    /// Unix seconds.
    pub(crate) created: u64,
    /// Only the owner and administrators may speak.
    pub(crate) muted: bool,
    /// The newest sequence: of a message or a notice.
    pub(crate) sequence: u64,
    pub(crate) members: BTreeMap<Uin, Member>,
}

/// Somebody in a group.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) role: Role,
    /// Empty: the nickname is shown.
    pub(crate) card: String,
    pub(crate) title: String,
    pub(crate) level: u32,
    /// Unix seconds.
    pub(crate) joined: u64,
    /// Unix seconds; 0 is never.
    pub(crate) last_spoke: u64,
    /// Unix seconds; 0 is not at all.
    pub(crate) muted_until: u64,
}

/// What somebody is in a group. The order is the rank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    #[default]
    Member,
    Admin,
    Owner,
}

impl Role {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// As the database has it.
    pub(crate) const fn number(self) -> i64 {
        match self {
            Self::Member => 0,
            Self::Admin => 1,
            Self::Owner => 2,
        }
    }

    pub(crate) const fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Admin,
            2 => Self::Owner,
            _ => Self::Member,
        }
    }
}

impl From<Role> for message::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Member => Self::Member,
            Role::Admin => Self::Administrator,
            Role::Owner => Self::Owner,
        }
    }
}

impl Member {
    /// Somebody who has just joined.
    pub(crate) fn new(role: Role, joined: u64) -> Self {
        Self {
            role,
            card: String::new(),
            title: String::new(),
            level: 1,
            joined,
            last_spoke: 0,
            muted_until: 0,
        }
    }
}

impl Group {
    /// The number of members.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.members.len()).unwrap_or(u32::MAX)
    }

    /// Until when everybody is muted, as the wire says it.
    pub(crate) const fn muted_until(&self) -> u32 {
        if self.muted { FOR_EVER } else { 0 }
    }
}

impl World {
    /// Adds a group with its members.
    pub(crate) fn add_group(&mut self, group: Group) -> Result<(), Refusal> {
        self.save_group(&group)?;
        for (uin, member) in &group.members {
            self.save_member(group.uin, *uin, member)?;
        }
        self.groups.insert(group.uin, group);
        Ok(())
    }

    /// The lowest group number above all others, from 20001 on.
    pub(crate) fn free_group(&self) -> Result<GroupUin, Refusal> {
        let newest = self
            .groups
            .keys()
            .next_back()
            .map_or(20_000, |group| group.get());
        GroupUin::new(newest.max(20_000) + 1).map_err(|error| Refusal::broken(&error))
    }

    /// What a group calls somebody: the card, else the nickname.
    pub(crate) fn name_in(&self, group: GroupUin, uin: Uin) -> String {
        let card = self
            .groups
            .get(&group)
            .and_then(|group| group.members.get(&uin))
            .map(|member| member.card.as_str())
            .filter(|card| !card.is_empty());
        match card {
            Some(card) => card.to_owned(),
            None => self.name_of(uin),
        }
    }

    /// Somebody's nickname, or their number where they are not known.
    pub(crate) fn name_of(&self, uin: Uin) -> String {
        self.people
            .get(&uin)
            .map_or_else(|| uin.to_string(), |person| person.nickname.clone())
    }

    /// The members of a group who have a client online.
    pub(crate) fn online_members(&self, group: GroupUin) -> Vec<Uin> {
        let Some(group) = self.groups.get(&group) else {
            return Vec::new();
        };
        // There are fewer accounts online than members in a large group.
        self.sessions
            .online()
            .filter(|uin| group.members.contains_key(uin))
            .collect()
    }
}
