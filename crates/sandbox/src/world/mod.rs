//! The world: its people, groups, messages and sessions, owned by one thread ([`world_actor`](crate::world_actor)).
//!
//! People, groups and sessions are in memory and in the database, messages and forwards in the database alone. Both are
//! changed by one function each (`update_member`, `insert_message` …), so that no rule can change one without the other.
//! A rule ([`services`](crate::services)) checks, then changes the world, then [records](World::record) the change.
//!
//! A job that refuses or fails is taken back, in memory as well ([`transaction`]). That leaves out what only memory
//! holds: which clients are online, log-in codes, exchanged and web keys, faults. A rule changes those last.

mod blobs;
mod change;
mod groups;
mod load;
mod marks;
mod messages;
mod people;
mod save;
mod sessions;
mod store;
mod transaction;

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use nekonap_ids::{GroupUin, Sequence, Uid, Uin};

pub(crate) use change::{Change, Place, PokeWords, Poked};
pub(crate) use groups::{Group, MAX_MEMBERS, Member, Role};
pub(crate) use messages::{BEFORE_FIRST_IN_GROUP, Chat, StoredMessage};
pub(crate) use people::{Friendship, Person, ProfileUpdate, Sex, Status, check_birthday};
pub(crate) use sessions::{
    CODE_LIFE, CodeState, EXCHANGE_LIFE, Exchanged, LoginCode, MAX_CLIENTS, OnlineClient, Session,
    SessionState, Sessions, ticket,
};

pub(crate) use transaction::Mark;

use store::Store;

use crate::{
    clock::Clock,
    faults::Faults,
    journal::{Entry, Journal},
    server::{Connection, Keyring, Outbound},
};

/// The world. See the module.
pub(crate) struct World {
    store: Store,
    /// Where the wire port listens: every address that the server gives out is this one.
    pub(crate) address: SocketAddr,
    clock: Clock,
    people: BTreeMap<Uin, Person>,
    uids: HashMap<Uid, Uin>,
    groups: BTreeMap<GroupUin, Group>,
    /// The newest sequence of two people's chat, the smaller number first.
    pairs: HashMap<(Uin, Uin), Sequence>,
    pub(crate) sessions: Sessions,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    /// The changes of the running job, and who made them.
    changes: Vec<(Option<Uin>, Change)>,
    /// What is sent once the transaction is committed.
    queued_sends: Vec<QueuedSend>,
}

/// Something for a client, to be sent once the transaction is committed.
pub(crate) struct QueuedSend {
    pub(crate) to: Arc<Connection>,
    pub(crate) outbound: Outbound,
    /// How long it waits after the commit, by the machine's clock.
    pub(crate) delay: Option<Duration>,
}

impl World {
    /// The world's time, unix seconds.
    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Records a change that `by` made, `None` being the world itself. Its pushes and its journal entry follow when the
    /// job is done.
    pub(crate) fn record(&mut self, by: Option<Uin>, change: Change) {
        self.changes.push((by, change));
    }

    /// The changes that were recorded since the last call.
    pub(crate) fn take_changes(&mut self) -> Vec<(Option<Uin>, Change)> {
        std::mem::take(&mut self.changes)
    }

    /// Sends something to a client once the transaction is committed.
    pub(crate) fn send(&mut self, to: &Arc<Connection>, outbound: Outbound) {
        self.send_after(None, to, outbound);
    }

    /// As [`send`](Self::send), this long after the commit.
    pub(crate) fn send_after(
        &mut self,
        delay: Option<Duration>,
        to: &Arc<Connection>,
        outbound: Outbound,
    ) {
        self.queued_sends.push(QueuedSend {
            to: Arc::clone(to),
            outbound,
            delay,
        });
    }

    /// Everything that is to be sent.
    pub(crate) fn take_sends(&mut self) -> Vec<QueuedSend> {
        std::mem::take(&mut self.queued_sends)
    }

    /// Writes an entry in the journal; its number and time are filled in.
    pub(crate) fn write_journal(&mut self, entry: Entry) {
        let time = self.now();
        self.journal.add(Entry { time, ..entry });
    }

    /// The keys of all sessions, shared with the connections.
    pub(crate) fn keyring(&self) -> &Keyring {
        &self.sessions.keyring
    }
}
