//! What happens to an account, as a library's user wants to hear it: every person by uin, every message in its
//! conversation. protocol/05 §5, protocol/02 §2.

use std::{path::PathBuf, time::SystemTime};

use bytes::Bytes;
use nekonap_ids::{Conversation, GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{message::Element, push::Notice};

use crate::{groups::Role, login::Me};

/// One thing that happened.
///
/// Those up to [`SessionExpired`](Self::SessionExpired) are about the session itself and come at once; the others keep
/// the order in which the server told them within one conversation, and wait there for what they need to be resolved.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The keystore could not be read and was moved aside; a log-in by QR code follows.
    KeystoreSetAside {
        /// Where it is now.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Someone is to scan this code with a phone that is logged in. A new one follows when it expires.
    QrCode {
        /// What the picture holds.
        url: String,
        /// The picture, PNG, as the server drew it.
        png: Bytes,
        /// When it stops being good.
        expires: SystemTime,
    },
    /// The code was scanned; the phone has to confirm.
    QrScanned,
    /// The code is of no use any more: expired, cancelled on the phone, or found invalid.
    QrExpired,
    /// The server took the log-in and gave tickets, which are now in the keystore.
    LoggedIn(Me),
    /// The server refused a log-in. The client waits and tries again, by QR code at the latest.
    LogInFailed {
        /// The server's code (protocol/01 §3.3.1, §3.6).
        code: i64,
        /// What it says.
        text: String,
    },
    /// Registered: pushes arrive, calls work. Comes after each reconnect too.
    Online(Me),
    /// No longer registered. The client reconnects by itself, unless `Kicked` came before.
    Offline {
        /// Why, for people.
        reason: String,
    },
    /// The server ended the session, mostly because of a log-in elsewhere. The client stays offline until
    /// [`Client::log_in_anew`](crate::Client::log_in_anew).
    Kicked {
        /// The heading.
        title: String,
        /// The explanation.
        text: String,
    },
    /// The saved session is no longer good. An easy log-in or a QR code follows.
    SessionExpired {
        /// What the server said, may be empty.
        text: String,
    },
    /// A message: somebody's, or the account's own.
    ///
    /// Own ones come for groups (each message's echo, also for those that this client sent), and for private chats
    /// when another device sent them. A private message that this client sent makes no event: its answer is
    /// [`Sent`](crate::Sent).
    Message(Box<Message>),
    /// Something else that happened, everybody in it by number. What is repeated is left out: a recall of several
    /// messages holds those that were not reported before.
    Notice {
        /// What happened.
        notice: Notice<Uin>,
        /// Unix seconds.
        time: u64,
    },
    /// The friend list changed: fetch it when it matters. Its cache is already empty.
    FriendsChanged,
    /// The list of groups changed (joined, left, renamed…): its cache is already empty.
    GroupsChanged,
    /// A group's members changed (who is in it, cards, roles, titles, mutes): their cache is up to date or empty.
    MembersChanged(GroupUin),
    /// A notice whose kind this library decodes no further.
    Unknown {
        /// The content head's type (protocol/05 §3.1).
        kind: u32,
        /// Its sub type.
        sub_kind: u32,
        /// The undecoded payload.
        payload: Bytes,
    },
    /// Something was lost although nothing should be: so many notices could not be taken in time or be read.
    Lost(u64),
}

/// A message, complete: people by uin, wherever it came from (push, history, forward).
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Where it was said. For the account's messages to itself the friend is the account.
    pub conversation: Conversation,
    /// Who said it.
    pub sender: Sender,
    /// Whether this account said it, here or on another device.
    pub own: bool,
    /// The sequence that all of the conversation's people share. 0 where the server gives none.
    pub sequence: Sequence,
    /// Private: the number the sender chose, which recalls and quotes need. 0 in groups.
    pub client_sequence: u32,
    /// The random number the sender chose; the same for everybody. 0 in some history.
    pub random: u32,
    /// Unix seconds.
    pub time: u64,
    /// What it says, in order.
    pub elements: Vec<Element>,
    /// Group: its name as the message has it, may be empty or cut.
    pub group_name: String,
    /// It was fetched from history, because it was said while the client was away or too busy.
    pub missed: bool,
}

/// Who sent a message, as the pushed message itself says. `None`, and an empty nickname: it does not say, as in history, and
/// what is known stands in the lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The number.
    pub uin: Uin,
    /// The uid, where it is known.
    pub uid: Option<Uid>,
    /// The nickname, may be empty.
    pub nickname: String,
    /// The card in the group, empty when there is none.
    pub card: Option<String>,
    /// The special title in the group, empty when there is none.
    pub title: Option<String>,
    /// The level in the group.
    pub level: Option<u32>,
    /// The role in the group.
    pub role: Option<Role>,
}

impl Sender {
    /// Somebody of whom no more is said.
    pub const fn new(uin: Uin) -> Self {
        Self {
            uin,
            uid: None,
            nickname: String::new(),
            card: None,
            title: None,
            level: None,
            role: None,
        }
    }
}
