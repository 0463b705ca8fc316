//! The members of one group: a sorted array of small rows that refer to people, and all texts in one buffer.

use std::{fmt, sync::Arc};

use nekonap_ids::Uin;

use super::{
    Stamp,
    people::{Nickname, People, Place},
};
use crate::groups::{Member, Role};

/// A snapshot of the members of a group. Later changes appear in later snapshots, except nicknames, which are always
/// current.
pub struct Members {
    people: Arc<People>,
    /// Sorted by person.
    rows: Box<[Row]>,
    /// Cards and titles.
    texts: Box<str>,
}

/// Highest level that a row can hold.
pub(crate) const HIGHEST_LEVEL: u32 = u16::MAX as u32;

/// One member. At most 32 bytes.
#[derive(Clone, Copy)]
struct Row {
    person: Place,
    /// Start of the card in the texts, in bytes; the title follows.
    text: u32,
    joined: u32,
    last_spoke: u32,
    muted_until: u32,
    level: u16,
    /// Length of the card in bytes; longer cards are truncated.
    card: u16,
    title: u16,
    role: Role,
}

impl Members {
    /// Members from a list of this age. If a member is listed twice, the last entry wins.
    pub(crate) fn new(
        people: Arc<People>,
        members: impl IntoIterator<Item = Member>,
        at: Stamp,
    ) -> Self {
        let members = members.into_iter().map(|member| {
            let text = &member.nickname;
            let person = people.learn(member.uin, member.uid, Some(Nickname { text, at }));
            (person, member)
        });
        let (rows, texts) = pack(members);
        Self {
            people,
            rows,
            texts,
        }
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The member with this account number.
    pub fn get(&self, uin: Uin) -> Option<Member> {
        let place = self.people.place(uin)?;
        let at = self
            .rows
            .binary_search_by_key(&place, |row| row.person)
            .ok()?;
        self.member(self.rows.get(at)?)
    }

    /// All members, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = Member> + '_ {
        self.rows.iter().filter_map(|row| self.member(row))
    }

    pub(crate) fn people(&self) -> &Arc<People> {
        &self.people
    }

    /// A copy of the list with these members changed. Members that are not in the list are not added.
    pub(crate) fn with(&self, changed: &[Member]) -> Self {
        let members = self.rows.iter().filter_map(|row| {
            let known = self.member(row)?;
            let changed = changed.iter().find(|member| member.uin == known.uin);
            Some((row.person, changed.cloned().unwrap_or(known)))
        });
        let (rows, texts) = pack(members);
        Self {
            people: self.people.clone(),
            rows,
            texts,
        }
    }

    fn member(&self, row: &Row) -> Option<Member> {
        let (uin, uid, nickname) = self.people.at(row.person)?;
        let card = usize::try_from(row.text).ok()?;
        let title = card + usize::from(row.card);
        let end = title + usize::from(row.title);
        Some(Member {
            uin,
            uid,
            nickname,
            card: self.texts.get(card..title).unwrap_or_default().to_owned(),
            title: self.texts.get(title..end).unwrap_or_default().to_owned(),
            level: row.level.into(),
            role: row.role,
            joined: row.joined.into(),
            last_spoke: row.last_spoke.into(),
            muted_until: row.muted_until.into(),
        })
    }
}

impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Members({})", self.len())
    }
}

/// Builds the rows, sorted by person, and their texts.
fn pack(members: impl Iterator<Item = (Place, Member)>) -> (Box<[Row]>, Box<str>) {
    let mut rows = Vec::new();
    let mut texts = String::new();
    for (person, member) in members {
        let text = texts.len();
        let card = push(&mut texts, &member.card);
        let title = push(&mut texts, &member.title);
        rows.push(Row {
            person,
            text: u32::try_from(text).unwrap_or(u32::MAX),
            joined: seconds(member.joined),
            last_spoke: seconds(member.last_spoke),
            muted_until: seconds(member.muted_until),
            level: u16::try_from(member.level).unwrap_or(u16::MAX),
            card,
            title,
            role: member.role,
        });
    }
    // The sort is stable; reversing makes `dedup_by_key` keep the last entry of each person.
    rows.sort_by_key(|row| row.person);
    rows.reverse();
    rows.dedup_by_key(|row| row.person);
    rows.reverse();
    (rows.into(), texts.into())
}

/// Appends a text, truncated to 65,535 bytes, and returns its length.
fn push(texts: &mut String, text: &str) -> u16 {
    let end = text.floor_char_boundary(usize::from(u16::MAX));
    let text = text.get(..end).unwrap_or_default();
    texts.push_str(text);
    u16::try_from(text.len()).unwrap_or(u16::MAX)
}

/// Unix seconds in 32 bits, like on the wire; valid until 2106.
fn seconds(time: u64) -> u32 {
    u32::try_from(time).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use nekonap_ids::Uid;

    use super::*;

    fn member(number: u64, card: &str) -> Member {
        Member {
            uin: Uin::new(number).expect("a uin"),
            uid: Uid::new(&format!("u_{number}")).expect("a uid"),
            nickname: format!("person {number}"),
            card: card.to_owned(),
            title: "头衔".to_owned(),
            level: 3,
            role: Role::Admin,
            joined: 1_700_000_000,
            last_spoke: 1_700_000_001,
            muted_until: 0,
        }
    }

    #[test]
    fn row_has_at_most_32_bytes() {
        assert!(size_of::<Row>() <= 32, "{}", size_of::<Row>());
    }

    #[test]
    fn members_are_found_with_all_their_fields() {
        let people = Arc::<People>::default();
        let list: Vec<_> = (1..500)
            .rev()
            .map(|n| member(n, &format!("名片{n}")))
            .collect();
        let members = Members::new(people, list.clone(), Stamp::default());
        assert_eq!(members.len(), 499);
        for one in list {
            assert_eq!(members.get(one.uin), Some(one));
        }
        assert_eq!(members.get(Uin::new(501).expect("a uin")), None);
    }

    #[test]
    fn changed_member_is_replaced_and_others_are_kept() {
        let members = Members::new(
            Arc::default(),
            [member(1, "a"), member(2, "b"), member(2, "newer")],
            Stamp::default(),
        );
        assert_eq!(members.len(), 2);
        let two = Uin::new(2).expect("a uin");
        assert_eq!(members.get(two).expect("two").card, "newer");
        let changed = members.with(&[member(2, "newest"), member(3, "nobody")]);
        assert_eq!(changed.get(two).expect("two").card, "newest");
        assert_eq!(changed.len(), 2);
    }
}
