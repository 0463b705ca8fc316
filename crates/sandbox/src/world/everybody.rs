//! How often everybody is mentioned in each group and day. Kept in memory only: not across a restart.

use std::collections::HashMap;

use nekonap_ids::{GroupUin, Uin};

use crate::clock::day;

/// How often a group's members together may mention everybody in a day.
const FOR_GROUP: u32 = 20;
/// How often a person may mention everybody in a group in a day.
const FOR_PERSON: u32 = 10;

/// The mentions of everybody today.
#[derive(Debug, Default)]
pub(crate) struct EverybodyMentions {
    day: u64,
    counts: HashMap<(GroupUin, Uin), u32>,
}

impl EverybodyMentions {
    /// How often a person, and all members of a group, may still mention everybody today.
    pub(crate) fn left(&self, group: GroupUin, person: Uin, now: u64) -> (u32, u32) {
        if self.day != day(now) {
            return (FOR_PERSON, FOR_GROUP);
        }
        let by_person = self.counts.get(&(group, person)).copied().unwrap_or(0);
        let in_group = self.counts.iter().filter(|((of, _), _)| *of == group);
        let by_all: u32 = in_group.map(|(_, count)| count).sum();
        let for_group = FOR_GROUP.saturating_sub(by_all);
        (
            FOR_PERSON.saturating_sub(by_person).min(for_group),
            for_group,
        )
    }

    /// Counts a mention.
    pub(crate) fn add(&mut self, group: GroupUin, person: Uin, now: u64) {
        let today = day(now);
        if self.day != today {
            self.day = today;
            self.counts.clear();
        }
        *self.counts.entry((group, person)).or_default() += 1;
    }
}
