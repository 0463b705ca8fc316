//! Reading the world from its database: at the start, and again when a job is taken back.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
};

use bytes::Bytes;
use nekonap_ids::{GroupUin, Sequence, Uid, Uin};
use nekonap_sqlite::Exclusive;
use nekonap_wire::login::{Guid, Tickets};
use rusqlite::{OptionalExtension, params};

use super::{
    Friendship, Group, Member, Person, Role, Session, SessionState, Sessions, Sex, Status, World,
    save, store::Store,
};
use crate::{clock::Clock, faults::Faults, journal::Journal, refusal::Refusal, server::Keyring};

/// Where the clock's advance is kept.
const AHEAD: &str = "clock_ahead";
/// Where the next journal entry's number is kept.
const JOURNAL: &str = "journal_next";
/// How far a start skips the numbers of the previous run's entries, which are not kept: more than any run has.
const JOURNAL_JUMP: u64 = 1 << 32;

impl World {
    /// The world in this database.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) fn open(
        database: Exclusive,
        keyring: Keyring,
        address: SocketAddr,
    ) -> Result<Self, Refusal> {
        let mut world = Self {
            store: Store::new(database),
            address,
            clock: Clock::default(),
            people: BTreeMap::new(),
            uids: HashMap::new(),
            groups: BTreeMap::new(),
            pairs: HashMap::new(),
            sessions: Sessions::new(keyring),
            faults: Faults::default(),
            journal: Journal::new(1),
            changes: Vec::new(),
            queued_sends: Vec::new(),
        };
        world.load()?;
        let next = world.number(JOURNAL)?.unwrap_or(1);
        world.journal = Journal::new(next);
        world.set_meta(JOURNAL, &(next + JOURNAL_JUMP).to_be_bytes())?;
        Ok(world)
    }

    /// Reads everything from the database. What only memory holds (connections, codes, faults, the journal) stays.
    pub(crate) fn load(&mut self) -> Result<(), Refusal> {
        self.clock = Clock::ahead(self.number(AHEAD)?.unwrap_or(0));
        let notices: HashMap<Uin, u64> = self
            .people
            .iter()
            .map(|(uin, person)| (*uin, person.notices))
            .collect();
        self.load_people()?;
        for (uin, person) in &mut self.people {
            person.notices = notices.get(uin).copied().unwrap_or(0);
        }
        self.load_groups()?;
        self.load_pairs()?;
        self.load_sessions()?;
        self.changes.clear();
        Ok(())
    }

    /// Stores what the next start needs and only memory holds.
    pub(crate) fn close(&self) -> Result<(), Refusal> {
        self.set_meta(JOURNAL, &self.journal.next().to_be_bytes())
    }

    /// Moves the clock ahead.
    pub(crate) fn advance_clock(&mut self, seconds: u64) -> Result<(), Refusal> {
        let mut clock = self.clock;
        clock.advance(seconds);
        self.set_meta(AHEAD, &clock.get().to_be_bytes())?;
        self.clock = clock;
        Ok(())
    }

    /// Bytes that were kept under a name.
    pub(crate) fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(self
            .store
            .read("SELECT value FROM meta WHERE key = ?1")?
            .query_row(params![key], |row| row.get(0))
            .optional()?)
    }

    /// Keeps bytes under a name.
    pub(crate) fn set_meta(&self, key: &str, value: &[u8]) -> Result<(), Refusal> {
        save::meta(&self.store, key, value)
    }

    fn number(&self, key: &str) -> Result<Option<u64>, Refusal> {
        Ok(self
            .meta(key)?
            .and_then(|value| value.try_into().ok())
            .map(u64::from_be_bytes))
    }

    fn load_people(&mut self) -> Result<(), Refusal> {
        let mut people = BTreeMap::new();
        let mut uids = HashMap::new();
        let mut statement = self.store.read_once(
            "SELECT uin, uid, nickname, signature, sex, birthday, status, registered FROM people",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let uid: String = row.get(1)?;
            let (Ok(uin), Ok(uid)) = (uin(row.get(0)?), Uid::new(&uid)) else {
                continue;
            };
            let status: String = row.get(6)?;
            let mut person =
                Person::new(uin, uid, row.get(2)?, row.get::<_, i64>(7)?.cast_unsigned());
            person.signature = row.get(3)?;
            person.sex = Sex::from_number(row.get(4)?);
            person.birthday = row.get(5)?;
            person.status = Status::named(&status);
            uids.insert(uid, uin);
            people.insert(uin, person);
        }
        let mut statement = self
            .store
            .read_once("SELECT owner, id, name FROM categories")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Ok(owner) = uin(row.get(0)?)
                && let Some(person) = people.get_mut(&owner)
            {
                person.categories.insert(row.get(1)?, row.get(2)?);
            }
        }
        let mut statement = self
            .store
            .read_once("SELECT owner, friend, category, remark FROM friends")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let (Ok(owner), Ok(friend)) = (uin(row.get(0)?), uin(row.get(1)?))
                && let Some(person) = people.get_mut(&owner)
            {
                let friendship = Friendship {
                    category: row.get(2)?,
                    remark: row.get(3)?,
                };
                person.friends.insert(friend, friendship);
            }
        }
        self.people = people;
        self.uids = uids;
        Ok(())
    }

    fn load_groups(&mut self) -> Result<(), Refusal> {
        let mut groups = BTreeMap::new();
        let mut statement = self.store.read_once(
            "SELECT group_uin, name, owner, created, muted,
                max(sequence, ifnull((SELECT max(m.sequence) FROM messages m WHERE m.kind = 0 AND m.a = group_uin), 0))
             FROM groups",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let number = GroupUin::new(row.get::<_, i64>(0)?.cast_unsigned());
            let (Ok(number), Ok(owner)) = (number, uin(row.get(2)?)) else {
                continue;
            };
            let group = Group {
                uin: number,
                name: row.get(1)?,
                owner,
                created: row.get::<_, i64>(3)?.cast_unsigned(),
                muted: row.get(4)?,
                sequence: Sequence::new(row.get::<_, i64>(5)?.cast_unsigned()),
                members: BTreeMap::new(),
            };
            groups.insert(number, group);
        }
        let mut statement = self.store.read_once(
            "SELECT group_uin, uin, role, card, title, level, joined, last_spoke, muted_until FROM members",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let number = GroupUin::new(row.get::<_, i64>(0)?.cast_unsigned());
            let (Ok(number), Ok(uin)) = (number, uin(row.get(1)?)) else {
                continue;
            };
            if let Some(group) = groups.get_mut(&number) {
                let member = Member {
                    role: Role::from_number(row.get(2)?),
                    card: row.get(3)?,
                    title: row.get(4)?,
                    level: row.get(5)?,
                    joined: row.get::<_, i64>(6)?.cast_unsigned(),
                    last_spoke: row.get::<_, i64>(7)?.cast_unsigned(),
                    muted_until: row.get::<_, i64>(8)?.cast_unsigned(),
                };
                group.members.insert(uin, member);
            }
        }
        self.groups = groups;
        Ok(())
    }

    fn load_pairs(&mut self) -> Result<(), Refusal> {
        let mut pairs = HashMap::new();
        let mut statement = self
            .store
            .read_once("SELECT a, b, max(sequence) FROM messages WHERE kind = 1 GROUP BY a, b")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let (Ok(one), Ok(other)) = (uin(row.get(0)?), uin(row.get(1)?)) {
                let newest = Sequence::new(row.get::<_, i64>(2)?.cast_unsigned());
                pairs.insert((one, other), newest);
            }
        }
        self.pairs = pairs;
        Ok(())
    }

    fn load_sessions(&mut self) -> Result<(), Refusal> {
        let keyring = self.sessions.keyring.clone();
        let mut sessions = Sessions::new(keyring);
        let mut statement = self.store.read_once(
            "SELECT number, uin, d2, d2_key, tgt, a1, guid, device, state FROM sessions",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let bytes = |at: usize| -> rusqlite::Result<Bytes> {
                Ok(Bytes::from(row.get::<_, Vec<u8>>(at)?))
            };
            let (Ok(uin), Ok(d2_key), Some(guid)) = (
                uin(row.get(1)?),
                row.get::<_, Vec<u8>>(3)?.try_into(),
                Guid::read(&bytes(6)?),
            ) else {
                continue;
            };
            sessions.add(Session {
                number: row.get::<_, i64>(0)?.cast_unsigned(),
                uin,
                tickets: Tickets {
                    tgt: bytes(4)?,
                    d2: bytes(2)?,
                    d2_key,
                    a1: bytes(5)?,
                },
                guid,
                device: row.get(7)?,
                state: SessionState::from_number(row.get(8)?),
            });
        }
        let before = std::mem::replace(&mut self.sessions, sessions);
        self.sessions.take_over(before);
        self.sessions.forget_unknown_keys();
        Ok(())
    }
}

fn uin(number: i64) -> Result<Uin, nekonap_ids::NumberError> {
    Uin::new(number.cast_unsigned())
}
