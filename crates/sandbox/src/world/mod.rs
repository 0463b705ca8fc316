//! The world: its people, groups, messages and sessions, owned by one thread ([`world_actor`](crate::world_actor)).
//!
//! What is small is in memory and in the database, what grows (messages, forwards) in the database alone. A rule
//! ([`services`](crate::services)) checks, then changes both here, then says what [`happened`](World::happened).

mod blobs;
mod change;
mod groups;
mod load;
mod marks;
mod messages;
mod people;
mod save;
mod sessions;

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use nekonap_ids::{GroupUin, Uid, Uin};
use nekonap_sqlite::Exclusive;
use serde_json::Value;

pub(crate) use change::{Change, Poked};
pub(crate) use groups::{Group, MOST_MEMBERS, Member, Role};
pub(crate) use messages::{BEFORE_FIRST_IN_GROUP, Chat, Said};
pub(crate) use people::{Friendship, Person, Sex, Status, check_birthday};
pub(crate) use sessions::{
    CODE_LIFE, CodeState, EXCHANGE_LIFE, Exchanged, Line, LoginCode, MOST_LINES, Session,
    SessionState, Sessions, ticket,
};

use crate::{
    clock::Clock,
    faults::Faults,
    journal::{Entry, Journal, Kind},
    refusal::{Refusal, code},
    server::{Connection, Keyring, Outbound},
};

/// The world. See the module.
pub(crate) struct World {
    pub(crate) store: Exclusive,
    /// Where the wire port listens: every address that the server gives out is this one.
    pub(crate) address: SocketAddr,
    pub(crate) clock: Clock,
    pub(crate) people: BTreeMap<Uin, Person>,
    pub(crate) uids: HashMap<Uid, Uin>,
    pub(crate) groups: BTreeMap<GroupUin, Group>,
    /// The newest sequence of two people's chat, the smaller number first.
    pub(crate) pairs: HashMap<(Uin, Uin), u64>,
    pub(crate) sessions: Sessions,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    /// What happened in the job that runs.
    happened: Vec<Change>,
    /// What leaves once the transaction is committed.
    departures: Vec<Departure>,
}

/// Something for a client, to be sent once what it tells of is committed.
pub(crate) struct Departure {
    pub(crate) to: Arc<Connection>,
    pub(crate) outbound: Outbound,
    /// Real time that it waits before it goes.
    pub(crate) delay: Option<Duration>,
}

impl World {
    /// The world's time, unix seconds.
    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Something happened: told, and written in the journal, once the rule is done.
    pub(crate) fn happened(&mut self, change: Change) {
        self.happened.push(change);
    }

    /// What happened since this was last asked.
    pub(crate) fn take_happened(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.happened)
    }

    /// Sends something once it is committed.
    pub(crate) fn depart(&mut self, to: &Arc<Connection>, outbound: Outbound) {
        self.depart_after(None, to, outbound);
    }

    /// The same, after a while.
    pub(crate) fn depart_after(
        &mut self,
        delay: Option<Duration>,
        to: &Arc<Connection>,
        outbound: Outbound,
    ) {
        self.departures.push(Departure {
            to: Arc::clone(to),
            outbound,
            delay,
        });
    }

    /// How much waits to be sent: to take back what comes after.
    pub(crate) fn waiting(&self) -> usize {
        self.departures.len()
    }

    /// Takes back what was to be sent after this mark.
    pub(crate) fn take_back(&mut self, waiting: usize) {
        self.departures.truncate(waiting);
    }

    /// All that is to be sent.
    pub(crate) fn take_departures(&mut self) -> Vec<Departure> {
        std::mem::take(&mut self.departures)
    }

    /// Somebody.
    pub(crate) fn person(&self, uin: Uin) -> Result<&Person, Refusal> {
        self.people
            .get(&uin)
            .ok_or_else(|| Refusal::not_found(format!("there is no account {uin}")))
    }

    pub(crate) fn person_mut(&mut self, uin: Uin) -> Result<&mut Person, Refusal> {
        self.people
            .get_mut(&uin)
            .ok_or_else(|| Refusal::not_found(format!("there is no account {uin}")))
    }

    /// Who has this uid.
    pub(crate) fn by_uid(&self, uid: Uid) -> Result<Uin, Refusal> {
        self.uids
            .get(&uid)
            .copied()
            .ok_or_else(|| Refusal::not_found(format!("there is no account {uid}")))
    }

    /// Who is meant by a uid or a number, as a client's routing names them: the uid counts.
    pub(crate) fn whom(&self, uin: Option<Uin>, uid: Option<Uid>) -> Result<Uin, Refusal> {
        match (uid, uin) {
            (Some(uid), _) => self.by_uid(uid),
            (None, Some(uin)) => self.person(uin).map(|person| person.uin),
            (None, None) => Err(Refusal::bad_request("nobody is named")),
        }
    }

    /// A group.
    pub(crate) fn group(&self, group: GroupUin) -> Result<&Group, Refusal> {
        self.groups
            .get(&group)
            .ok_or_else(|| Refusal::not_found(format!("there is no group {group}")))
    }

    pub(crate) fn group_mut(&mut self, group: GroupUin) -> Result<&mut Group, Refusal> {
        self.groups
            .get_mut(&group)
            .ok_or_else(|| Refusal::not_found(format!("there is no group {group}")))
    }

    /// A member of a group, where it matters that they are one.
    pub(crate) fn member(&self, group: GroupUin, uin: Uin) -> Result<&Member, Refusal> {
        self.group(group)?.members.get(&uin).ok_or_else(|| {
            Refusal::not_found(format!("{uin} is not in group {group}")).coded(code::NOT_A_MEMBER)
        })
    }

    /// The actor, as a member of a group: who is none may not act there.
    pub(crate) fn acting_member(&self, group: GroupUin, actor: Uin) -> Result<&Member, Refusal> {
        let found = self
            .group(group)
            .map_err(|refusal| refusal.coded(code::NOT_A_MEMBER))?;
        found.members.get(&actor).ok_or_else(|| {
            Refusal::not_allowed(
                code::NOT_A_MEMBER,
                format!("{actor} is not in group {group}"),
            )
        })
    }

    /// The actor, as owner or administrator of a group.
    pub(crate) fn acting_admin(&self, group: GroupUin, actor: Uin) -> Result<&Member, Refusal> {
        let member = self.acting_member(group, actor)?;
        if member.role == Role::Member {
            return Err(Refusal::not_allowed(
                code::NO_PERMISSION,
                format!("{actor} is neither owner nor administrator of group {group}"),
            ));
        }
        Ok(member)
    }

    /// Whether each has the other as a friend.
    pub(crate) fn are_friends(&self, one: Uin, other: Uin) -> bool {
        let has = |owner: Uin, friend: Uin| {
            self.people
                .get(&owner)
                .is_some_and(|person| person.friends.contains_key(&friend))
        };
        has(one, other) && has(other, one)
    }

    /// Writes an entry in the journal.
    pub(crate) fn note(
        &mut self,
        by: Option<Uin>,
        kind: Kind,
        name: &str,
        result: &str,
        detail: Value,
    ) {
        let time = self.now();
        self.journal.add(Entry {
            number: 0,
            time,
            by,
            kind,
            name: name.to_owned(),
            result: result.to_owned(),
            detail,
        });
    }

    /// Writes a change in the journal.
    pub(crate) fn note_change(&mut self, change: &Change) {
        self.note(
            change.by(),
            Kind::Change,
            change.name(),
            "ok",
            change.detail(),
        );
    }

    /// The keys of all sessions, shared with the connections.
    pub(crate) fn keyring(&self) -> &Keyring {
        &self.sessions.keyring
    }
}
