//! The table of known accounts: number, uid and nickname. Pairs of number and uid do not change; the newest nickname
//! wins.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{PoisonError, RwLock, RwLockReadGuard},
};

use hashbrown::HashTable;
use nekonap_ids::{Uid, Uin};

use super::Stamp;

/// Index of a person in the table; valid for the life of the table.
pub(crate) type Place = u32;

/// The table. Each person takes 56 bytes, the nickname, and 10 bytes of index.
#[derive(Default)]
pub(crate) struct People {
    table: RwLock<Table>,
}

#[derive(Default)]
struct Table {
    rows: Vec<Row>,
    by_uin: HashTable<Place>,
    by_uid: HashTable<Place>,
    hasher: RandomState,
}

struct Row {
    uin: Uin,
    uid: Uid,
    nickname: Box<str>,
    /// Stamp of the nickname.
    named: Stamp,
}

/// A nickname and its age.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nickname<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: Stamp,
}

impl People {
    fn table(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn len(&self) -> usize {
        self.table().rows.len()
    }

    /// The number of a uid.
    pub(crate) fn uin(&self, uid: &Uid) -> Option<Uin> {
        let table = self.table();
        let place = table.find_uid(uid)?;
        table.row(place).map(|row| row.uin)
    }

    /// The uid of a number.
    pub(crate) fn uid(&self, uin: Uin) -> Option<Uid> {
        let table = self.table();
        let place = table.find_uin(uin)?;
        table.row(place).map(|row| row.uid)
    }

    /// Index of an account.
    pub(crate) fn place(&self, uin: Uin) -> Option<Place> {
        self.table().find_uin(uin)
    }

    /// Account at this index: number, uid, nickname.
    pub(crate) fn at(&self, place: Place) -> Option<(Uin, Uid, String)> {
        let table = self.table();
        let row = table.row(place)?;
        Some((row.uin, row.uid, row.nickname.to_string()))
    }

    /// Nickname of an account; may be empty.
    pub(crate) fn nickname(&self, uin: Uin) -> Option<String> {
        let table = self.table();
        let row = table.row(table.find_uin(uin)?)?;
        Some(row.nickname.to_string())
    }

    /// Stores a pair and, unless a newer one is known, the nickname. A new pair replaces older pairs with the same number or
    /// uid: a sandbox that was set up again assigns old numbers to other people.
    pub(crate) fn learn(&self, uin: Uin, uid: Uid, nickname: Option<Nickname<'_>>) -> Place {
        {
            let table = self.table();
            if let Some(place) = table.find_uin(uin)
                && let Some(row) = table.row(place)
                && row.uid == uid
                && nickname.is_none_or(|nickname| row.has(nickname))
            {
                return place;
            }
        }
        self.table
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .learn(uin, uid, nickname)
    }
}

impl Row {
    /// Whether this nickname changes nothing: it is older, or equal to the stored one.
    fn has(&self, nickname: Nickname<'_>) -> bool {
        nickname.at < self.named || (nickname.at == self.named && *self.nickname == *nickname.text)
    }
}

impl Table {
    fn row(&self, place: Place) -> Option<&Row> {
        self.rows.get(usize::try_from(place).ok()?)
    }

    fn find_uin(&self, uin: Uin) -> Option<Place> {
        self.by_uin
            .find(self.hasher.hash_one(uin), |&place| {
                self.row(place).is_some_and(|row| row.uin == uin)
            })
            .copied()
    }

    fn find_uid(&self, uid: &Uid) -> Option<Place> {
        self.by_uid
            .find(self.hasher.hash_one(uid), |&place| {
                self.row(place).is_some_and(|row| row.uid == *uid)
            })
            .copied()
    }

    fn learn(&mut self, uin: Uin, uid: Uid, nickname: Option<Nickname<'_>>) -> Place {
        let place = match self.find_uin(uin) {
            Some(place) => {
                let old = self.row(place).map(|row| row.uid);
                if let Some(old) = old
                    && old != uid
                {
                    self.unlink_uid(&old, place);
                    self.unlink_uid(&uid, place);
                    self.link_uid(uid, place);
                }
                place
            }
            None => {
                // The cache clears the table long before the index overflows.
                let place = Place::try_from(self.rows.len()).unwrap_or(Place::MAX);
                self.rows.push(Row {
                    uin,
                    uid,
                    nickname: Box::default(),
                    named: Stamp::default(),
                });
                let (rows, hasher) = (&self.rows, &self.hasher);
                self.by_uin
                    .insert_unique(hasher.hash_one(uin), place, |&other| {
                        hash_at(rows, other, |row| hasher.hash_one(row.uin))
                    });
                self.unlink_uid(&uid, place);
                self.link_uid(uid, place);
                place
            }
        };
        if let Some(row) = usize::try_from(place)
            .ok()
            .and_then(|at| self.rows.get_mut(at))
        {
            row.uid = uid;
            if let Some(nickname) = nickname.filter(|nickname| !row.has(*nickname)) {
                row.named = nickname.at;
                if *row.nickname != *nickname.text {
                    row.nickname = nickname.text.into();
                }
            }
        }
        place
    }

    fn link_uid(&mut self, uid: Uid, place: Place) {
        let (rows, hasher) = (&self.rows, &self.hasher);
        self.by_uid
            .insert_unique(hasher.hash_one(uid), place, |&other| {
                // The row of `place` itself may still hold its previous uid.
                if other == place {
                    hasher.hash_one(uid)
                } else {
                    hash_at(rows, other, |row| hasher.hash_one(row.uid))
                }
            });
    }

    /// Removes a uid from the index.
    fn unlink_uid(&mut self, uid: &Uid, _for: Place) {
        let rows = &self.rows;
        if let Ok(entry) = self.by_uid.find_entry(self.hasher.hash_one(uid), |&place| {
            usize::try_from(place)
                .ok()
                .and_then(|at| rows.get(at))
                .is_some_and(|row| row.uid == *uid)
        }) {
            entry.remove();
        }
    }
}

fn hash_at(rows: &[Row], place: Place, hash: impl FnOnce(&Row) -> u64) -> u64 {
    usize::try_from(place)
        .ok()
        .and_then(|at| rows.get(at))
        .map_or(0, hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uin(number: u64) -> Uin {
        Uin::new(number).expect("a uin")
    }

    fn uid(number: u64) -> Uid {
        Uid::new(&format!("u_{number}")).expect("a uid")
    }

    #[test]
    fn people_are_found_by_number_and_uid_and_the_newest_nickname_wins() {
        let people = People::default();
        let name = |text, second| {
            Some(Nickname {
                text,
                at: Stamp { second, order: 0 },
            })
        };
        for number in 1..2_000 {
            people.learn(uin(number), uid(number), name("x", 1));
        }
        assert_eq!(people.len(), 1_999);
        for number in 1..2_000 {
            assert_eq!(people.uin(&uid(number)), Some(uin(number)));
            assert_eq!(people.uid(uin(number)), Some(uid(number)));
        }
        let place = people.learn(uin(5), uid(5), None);
        assert_eq!(people.at(place), Some((uin(5), uid(5), "x".to_owned())));
        people.learn(uin(5), uid(5), name("y", 2));
        assert_eq!(people.at(place), Some((uin(5), uid(5), "y".to_owned())));
        people.learn(uin(5), uid(5), name("older", 1));
        assert_eq!(people.nickname(uin(5)), Some("y".to_owned()));
        assert_eq!(people.uin(&uid(2_000)), None);
    }

    #[test]
    fn newer_pair_replaces_older_ones() {
        let people = People::default();
        people.learn(uin(1), uid(1), None);
        people.learn(uin(2), uid(2), None);
        people.learn(uin(1), uid(2), None);
        assert_eq!(people.uid(uin(1)), Some(uid(2)));
        assert_eq!(people.uin(&uid(2)), Some(uin(1)));
        assert_eq!(people.uin(&uid(1)), None);
    }
}
