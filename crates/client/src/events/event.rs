//! Events of a client, with account numbers in place of uids. protocol/05 §5, protocol/02 §2.

use std::{path::PathBuf, time::SystemTime};

use bytes::Bytes;
use nekonap_ids::{Conversation, GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{message::Element, push::Notice};

use crate::{groups::Role, login::Me, profile::Device, requests::GroupRequest};

/// An event of a client.
///
/// Variants up to [`SessionExpired`](Self::SessionExpired) concern the session and are reported at once. All others keep
/// the order of the server within one conversation; an event may wait there for lookups.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The keystore could not be read and was moved aside. A log-in by QR code follows.
    KeystoreSetAside {
        /// New path of the file.
        path: PathBuf,
        /// Why it could not be read.
        why: String,
    },
    /// The user has to scan this code with a phone that is logged in. A new code follows when it expires.
    QrCode {
        /// Content of the QR code.
        url: String,
        /// Image of the code from the server, PNG.
        png: Bytes,
        /// Time when the code expires.
        expires: SystemTime,
    },
    /// The code was scanned. The user has to confirm on the phone.
    QrScanned,
    /// The code is no longer valid: it expired, was cancelled on the phone, or is invalid.
    QrExpired,
    /// The server accepted the log-in. The new tickets are in the keystore.
    LoggedIn(Me),
    /// A log-in failed. The client tries again by itself; after a refused QR code with a new code, which a person has to
    /// scan.
    LogInFailed {
        /// Code of the server (protocol/01 §3.3.1, §3.6); 0 for other failures.
        code: i64,
        /// Text of the server or of the error.
        text: String,
    },
    /// The client is registered: pushes arrive and calls work. Reported after each reconnect, too.
    Online(Me),
    /// The client is no longer registered. It reconnects by itself, unless [`LoggedOut`](Self::LoggedOut) was reported
    /// before.
    Offline {
        /// Reason, as text for users.
        reason: String,
    },
    /// The account is logged out: the server ended its session, usually because of a log-in on another device, or refuses
    /// all saved tickets. A person has to log it in again: [`QrCode`](Self::QrCode) follows. Reported once until the next
    /// [`LoggedIn`](Self::LoggedIn).
    LoggedOut {
        /// Title from the server.
        title: String,
        /// Explanation from the server.
        text: String,
    },
    /// The saved session is no longer valid. An easy log-in follows or, if that is refused,
    /// [`LoggedOut`](Self::LoggedOut).
    SessionExpired {
        /// Text of the server; may be empty.
        text: String,
    },
    /// A message from another account or the own account.
    ///
    /// Own group messages are always reported (the server echoes them). Own private messages are reported when another
    /// device sent them; one that this client sent is only returned by [`Sending::sent`](crate::Sending::sent).
    Message(Box<Message>),
    /// A notice, with account numbers in place of uids. Repeats are removed: a recall of several messages contains only
    /// those that were not reported before.
    Notice {
        /// The notice.
        notice: Notice<Uin>,
        /// Time of the push, Unix seconds.
        time: u64,
    },
    /// Somebody asks to join a group that the account administers, or the account is invited. Repeats are removed.
    GroupRequest(Box<GroupRequest>),
    /// Another device of the account came online or went offline. The devices that are online at the log-in are not reported;
    /// [`Client::devices`](crate::Client::devices) lists them.
    DeviceChanged {
        /// The device.
        device: Device,
        /// Whether it is online now.
        online: bool,
    },
    /// The friend list changed. Its cache is up to date or empty.
    FriendsChanged,
    /// The list of groups changed (joined, left, renamed, remarks…). Its cache is already empty.
    GroupsChanged,
    /// The members of a group changed (members, cards, roles, titles, mutes). Their cache is up to date or empty.
    MembersChanged(GroupUin),
    /// A push of a kind that this library does not decode.
    Unknown {
        /// Type in the content head (protocol/05 §3.1).
        kind: u32,
        /// Sub type in the content head.
        sub_kind: u32,
        /// Undecoded payload.
        payload: Bytes,
    },
    /// This many pushes were lost: they did not fit in a queue, or could not be decoded or resolved.
    Lost(u64),
}

/// A message from a push or from history, with account numbers in place of uids.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Conversation of the message. For messages of the account to itself, the friend is the account.
    pub conversation: Conversation,
    /// Sender of the message.
    pub sender: Sender,
    /// Whether this account sent it, from this client or another device.
    pub own: bool,
    /// Sequence in the conversation, the same for all participants. 0 if the server gives none.
    pub sequence: Sequence,
    /// Client sequence of a private message, needed for recalls and quotes. 0 in groups.
    pub client_sequence: u32,
    /// Random number chosen by the sender, the same for all participants. 0 in some history.
    pub random: u32,
    /// Time the message was sent, Unix seconds.
    pub time: u64,
    /// Message elements, in order.
    pub elements: Vec<Element>,
    /// Name of the group in the message; may be empty or truncated. Empty for private chats.
    pub group_name: String,
    /// Whether the message was fetched from history, because it was missed while offline or while a queue was full.
    pub missed: bool,
}

/// Sender of a message, as given in the pushed message. Fields that the message does not contain, as in history, are
/// `None` or empty; [`Client::member`](crate::Client::member) and [`Client::user`](crate::Client::user) look them up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Account number.
    pub uin: Uin,
    /// Uid of the account, if known.
    pub uid: Option<Uid>,
    /// Nickname; may be empty.
    pub nickname: String,
    /// Card in the group; empty if there is none.
    pub card: Option<String>,
    /// Special title in the group; empty if there is none.
    pub title: Option<String>,
    /// Level in the group.
    pub level: Option<u32>,
    /// Role in the group.
    pub role: Option<Role>,
}

impl Sender {
    /// A sender of whom only the account number is known.
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
