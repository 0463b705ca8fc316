//! Loading the world from its database, at the start and when a job is rolled back.

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
    AlbumUploads, EverybodyMentions, FileStore, FileTokens, Friendship, Group, Joining, Member,
    Permissions, Person, RecentPokes, RecentTips, Role, Session, SessionState, Sessions, Sex,
    Status, Uploads, Voices, World, save, store::Store,
};
use crate::{clock::Clock, faults::Faults, journal::Journal, refusal::Refusal, server::Keyring};

/// Name of the `meta` row with the clock's offset.
const CLOCK_NAME: &str = "clock_ahead";
/// Name of the `meta` row with the number of the next journal entry.
const JOURNAL_NAME: &str = "journal_next";
/// Increment of the stored number at a start, so that numbers never repeat after a crash: larger than the number of
/// entries of any run.
const JOURNAL_JUMP: u64 = 1 << 32;

impl World {
    /// Opens the world in a database, with its files in a folder.
    ///
    /// # Errors
    /// The database or the disk fails.
    pub(crate) fn open(
        database: Exclusive,
        disk: FileStore,
        keyring: Keyring,
        address: SocketAddr,
    ) -> Result<Self, Refusal> {
        let mut world = Self {
            store: Store::new(database),
            disk,
            touched_files: Vec::new(),
            address,
            clock: Clock::default(),
            people: BTreeMap::new(),
            uids: HashMap::new(),
            groups: BTreeMap::new(),
            pairs: HashMap::new(),
            everybody: EverybodyMentions::default(),
            pokes: RecentPokes::default(),
            tips: RecentTips::default(),
            voices: Voices::default(),
            file_tokens: FileTokens::default(),
            album_uploads: AlbumUploads::default(),
            uploads: Uploads::default(),
            sessions: Sessions::new(keyring),
            faults: Faults::default(),
            journal: Journal::new(1),
            changes: Vec::new(),
            queued_sends: Vec::new(),
        };
        world.settle_files()?;
        world.load()?;
        world.make_secrets()?;
        let next = world.number(JOURNAL_NAME)?.unwrap_or(1);
        world.journal = Journal::new(next);
        world.set_meta(JOURNAL_NAME, &(next + JOURNAL_JUMP).to_be_bytes())?;
        Ok(world)
    }

    /// Reads all data from the database. State that exists only in memory (connections, codes, faults, the journal)
    /// is kept.
    pub(crate) fn load(&mut self) -> Result<(), Refusal> {
        self.clock = Clock::ahead(self.number(CLOCK_NAME)?.unwrap_or(0));
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

    /// Stores the in-memory state that the next start needs.
    pub(crate) fn close(&self) -> Result<(), Refusal> {
        self.set_meta(JOURNAL_NAME, &self.journal.next().to_be_bytes())
    }

    /// Moves the clock forward by seconds.
    pub(crate) fn advance_clock(&mut self, seconds: u64) -> Result<(), Refusal> {
        let mut clock = self.clock;
        clock.advance(seconds);
        self.set_meta(CLOCK_NAME, &clock.get().to_be_bytes())?;
        self.clock = clock;
        Ok(())
    }

    /// The value of a `meta` row.
    pub(crate) fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(self
            .store
            .read("SELECT value FROM meta WHERE key = ?1")?
            .query_row(params![key], |row| row.get(0))
            .optional()?)
    }

    /// Sets the value of a `meta` row.
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
            let (Ok(uin), Ok(uid)) = (row.get(0), row.get::<_, Uid>(1)) else {
                continue;
            };
            let status: String = row.get(6)?;
            let mut person =
                Person::new(uin, uid, row.get(2)?, row.get::<_, i64>(7)?.cast_unsigned());
            person.signature = row.get(3)?;
            person.sex = Sex::from_number(row.get(4)?);
            person.birthday = row.get(5)?;
            person.status = Status::from_name(&status);
            uids.insert(uid, uin);
            people.insert(uin, person);
        }
        let mut statement = self
            .store
            .read_once("SELECT owner, id, name FROM categories")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Ok(owner) = row.get::<_, Uin>(0)
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
            if let (Ok(owner), Ok(friend)) = (row.get::<_, Uin>(0), row.get::<_, Uin>(1))
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
                max(sequence, ifnull((SELECT max(m.sequence) FROM messages m WHERE m.kind = 0 AND m.a = group_uin), 0)),
                join_option, question, answer, hide_from_words, hide_from_number, sign_in, privileges, flags,
                robots_allowed, robots_examined
             FROM groups",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (Ok(number), Ok(owner)) = (row.get::<_, GroupUin>(0), row.get(2)) else {
                continue;
            };
            let group = Group {
                uin: number,
                name: row.get(1)?,
                owner,
                created: row.get::<_, i64>(3)?.cast_unsigned(),
                muted: row.get(4)?,
                sequence: row.get(5)?,
                joining: Joining {
                    option: row.get(6)?,
                    question: row.get(7)?,
                    answer: row.get(8)?,
                },
                hide_from_words: row.get(9)?,
                hide_from_number: row.get(10)?,
                sign_in: row.get(11)?,
                permissions: Permissions {
                    privileges: row.get(12)?,
                    flags: row.get(13)?,
                    robots_allowed: row.get(14)?,
                    robots_examined: row.get(15)?,
                },
                members: BTreeMap::new(),
            };
            groups.insert(number, group);
        }
        let mut statement = self.store.read_once(
            "SELECT group_uin, uin, role, card, title, level, joined, last_spoke, muted_until, remark, message_mask,
                switched_off FROM members",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (Ok(number), Ok(uin)) = (row.get::<_, GroupUin>(0), row.get(1)) else {
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
                    remark: row.get(9)?,
                    message_mask: row.get(10)?,
                    switched_off: row.get(11)?,
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
            if let (Ok(one), Ok(other)) = (row.get::<_, Uin>(0), row.get::<_, Uin>(1)) {
                pairs.insert((one, other), row.get::<_, Sequence>(2)?);
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
                row.get::<_, Uin>(1),
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
