//! The world with its people, groups, messages and sessions. One thread owns it ([`world_actor`](crate::world_actor)).
//!
//! People, groups and sessions are kept in memory and in the database, messages and forwards only in the database. One
//! function per kind of change (`update_member`, `insert_message` …) changes both, so that they cannot differ.
//! An operation ([`services`](crate::services)) checks, then changes the world, then [records](World::record) the change.
//!
//! If a job refuses or fails, its changes are rolled back in memory and in the database ([`transaction`]). State that
//! exists only in memory is not rolled back: online clients, log-in codes, exchanged keys, web keys, newest pokes and grey
//! lines, uploads that are not complete, and faults.
//! Therefore an operation changes such state last, when it can no longer fail.

mod activities;
mod album_uploads;
mod albums;
mod change;
mod disk;
mod everybody;
mod faces;
mod file_tokens;
mod files;
mod found_pictures;
mod friend_requests;
mod group_files;
mod group_notices;
mod groups;
mod honors;
mod hosts;
mod likes;
mod load;
mod login_days;
mod long_messages;
mod marks;
mod messages;
mod notices;
mod people;
mod pokes;
mod portraits;
mod private_files;
mod qzone;
mod robots;
mod save;
mod seals;
mod sessions;
mod store;
mod tips;
mod transaction;
mod uploads;
mod voices;

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use nekonap_ids::{GroupUin, Sequence, Uid, Uin};

pub(crate) use activities::{Signed, Todo};
pub(crate) use album_uploads::{AlbumUpload, AlbumUploads};
pub(crate) use albums::{Album, AlbumMedium};
pub(crate) use change::{Change, Newcomer, Place, PokeWords, Poked};
pub(crate) use disk::{FileStore, NewFile, Sha1};
pub(crate) use everybody::EverybodyMentions;
pub(crate) use faces::MAX_FACES;
pub(crate) use file_tokens::FileTokens;
pub(crate) use files::StoredFile;
pub(crate) use friend_requests::{Answer, FriendRequest};
pub(crate) use group_files::{GroupFile, GroupFolder, ROOT};
pub(crate) use group_notices::GroupNotice;
pub(crate) use groups::{Group, Joining, MAX_MEMBERS, MAX_NAME, Member, Permissions, Role};
pub(crate) use honors::Honored;
pub(crate) use likes::Likes;
pub(crate) use messages::{BEFORE_FIRST_IN_GROUP, Chat, StoredMessage};
pub(crate) use notices::{Announcement, NoticeForm};
pub(crate) use people::{Friendship, Person, ProfileUpdate, Sex, Status, check_birthday};
pub(crate) use pokes::{RecentPoke, RecentPokes};
pub(crate) use portraits::Portrait;
pub(crate) use private_files::PrivateFile;
pub(crate) use qzone::{Audience, QzoneComment, QzonePicture, QzonePost};
pub(crate) use robots::{ROBOT_NUMBERS, RobotAnswer};
pub(crate) use sessions::{
    CODE_LIFETIME, CodeState, EXCHANGE_LIFETIME, Exchanged, LoginCode, MAX_CLIENTS, OnlineClient,
    OtherDevice, Session, SessionState, Sessions, WebKey, ticket,
};

pub(crate) use seals::RKEY_LIFETIME;
pub(crate) use tips::{RecentTip, RecentTips};
pub(crate) use transaction::Mark;
pub(crate) use uploads::{Expected, Partial, UploadId, Uploads, Whole};
pub(crate) use voices::{VoiceJob, VoiceState, Voices};

use store::Store;

use crate::{
    clock::Clock,
    faults::Faults,
    journal::{Entry, Journal},
    server::{Connection, Keyring, Outbound},
};

/// The world; the module documentation describes it.
pub(crate) struct World {
    store: Store,
    disk: FileStore,
    /// Files whose rows may have changed since the last commit.
    touched_files: Vec<Sha1>,
    /// Address of the wire port. All address lists that the server sends contain it.
    pub(crate) address: SocketAddr,
    clock: Clock,
    people: BTreeMap<Uin, Person>,
    uids: HashMap<Uid, Uin>,
    groups: BTreeMap<GroupUin, Group>,
    /// The newest sequence of each private chat. In the key, the smaller account number comes first.
    pairs: HashMap<(Uin, Uin), Sequence>,
    pub(crate) everybody: EverybodyMentions,
    pub(crate) pokes: RecentPokes,
    pub(crate) tips: RecentTips,
    pub(crate) voices: Voices,
    pub(crate) file_tokens: FileTokens,
    pub(crate) album_uploads: AlbumUploads,
    pub(crate) uploads: Uploads,
    pub(crate) sessions: Sessions,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    /// The changes of the running job, with the acting account.
    changes: Vec<(Option<Uin>, Change)>,
    /// Data to send after the commit.
    queued_sends: Vec<QueuedSend>,
}

/// Data for a client, to be sent after the commit.
pub(crate) struct QueuedSend {
    pub(crate) to: Arc<Connection>,
    pub(crate) outbound: Outbound,
    /// Delay after the commit, by the system clock.
    pub(crate) delay: Option<Duration>,
}

impl World {
    /// The world's time, in Unix seconds.
    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Records a change by an account, or by the world itself (`None`). Its pushes and its journal entry are created
    /// when the job ends.
    pub(crate) fn record(&mut self, by: Option<Uin>, change: Change) {
        self.changes.push((by, change));
    }

    /// Takes the changes that were recorded since the last call.
    pub(crate) fn take_changes(&mut self) -> Vec<(Option<Uin>, Change)> {
        std::mem::take(&mut self.changes)
    }

    /// Queues data for a client; it is sent after the commit.
    pub(crate) fn send(&mut self, to: &Arc<Connection>, outbound: Outbound) {
        self.send_after(None, to, outbound);
    }

    /// Like [`send`](Self::send), but with a delay after the commit.
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

    /// Takes the queued data.
    pub(crate) fn take_sends(&mut self) -> Vec<QueuedSend> {
        std::mem::take(&mut self.queued_sends)
    }

    /// Adds an entry to the journal and sets its number and time.
    pub(crate) fn write_journal(&mut self, entry: Entry) {
        let time = self.now();
        self.journal.add(Entry { time, ..entry });
    }

    /// The keys of all sessions, shared with the connections.
    pub(crate) fn keyring(&self) -> &Keyring {
        &self.sessions.keyring
    }
}
