//! What happens to an account, as a library's user wants to hear it: every person by uin, every message in its
//! conversation. protocol/05 §5, protocol/02 §2.

use std::{path::PathBuf, time::SystemTime};

use bytes::Bytes;
use nekonap_ids::{Conversation, GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{message::Element, push::Departure};

use crate::{groups::Role, login::Me};

/// Somebody, by both names as far as they are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Person {
    /// The number; `None` when the server would not tell it (OneBot's 0).
    pub uin: Option<Uin>,
    /// The uid.
    pub uid: Option<Uid>,
}

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
    /// A message in a group was recalled; one event a message. Also for recalls by this account.
    GroupRecall(GroupRecall),
    /// A private message was recalled by its author; also the account's own, from any device.
    PrivateRecall(PrivateRecall),
    /// Somebody was poked.
    Poke(Poke),
    /// A reaction was added to a group message or taken back.
    Reaction(Reaction),
    /// A group message became essence, or ceases to be.
    Essence(Essence),
    /// Somebody writes to this account, or stopped.
    Typing(Typing),
    /// Another device of this account read a conversation.
    ReadElsewhere {
        /// Which.
        conversation: Conversation,
        /// Up to which message; private chats tell the time only.
        sequence: Option<Sequence>,
        /// Up to which unix second; groups tell the sequence only.
        time: Option<u64>,
    },
    /// Somebody joined a group, perhaps this account.
    Joined {
        /// Which.
        group: GroupUin,
        /// Who.
        member: Uin,
        /// Who agreed or invited.
        operator: Option<Uin>,
        /// Brought by a member, rather than admitted.
        invited: bool,
        /// Unix seconds.
        time: u64,
    },
    /// Somebody is out of a group, perhaps this account.
    Left {
        /// Which.
        group: GroupUin,
        /// Who.
        member: Uin,
        /// Who removed them or dissolved the group.
        operator: Option<Uin>,
        /// How.
        how: Departure,
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

/// Who said a message, as the message itself tells it. What is empty here may be in the member list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The number.
    pub uin: Uin,
    /// The uid, where it is known.
    pub uid: Option<Uid>,
    /// The nickname, may be empty.
    pub nickname: String,
    /// The card in the group, `None` when the message does not tell (private, history), empty when there is none.
    pub card: Option<String>,
    /// The role in the group, as far as it is told.
    pub role: Option<Role>,
}

/// A recalled group message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRecall {
    /// Where.
    pub group: GroupUin,
    /// Which message.
    pub sequence: Sequence,
    /// The message's random; may be 0.
    pub random: u32,
    /// The message's time, unix seconds.
    pub time: u64,
    /// Who wrote it.
    pub author: Person,
    /// Who recalled it.
    pub operator: Person,
    /// The wording the operator gave, may be empty.
    pub tip: String,
}

/// A recalled private message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateRecall {
    /// The other side of the chat.
    pub peer: Uin,
    /// Who wrote and recalled it: the peer or this account.
    pub author: Person,
    /// The shared sequence, 0 when not told.
    pub sequence: Sequence,
    /// The author's client sequence.
    pub client_sequence: u32,
    /// The message's random.
    pub random: u32,
    /// The message's time, unix seconds.
    pub time: u64,
    /// The wording the author gave, may be empty.
    pub tip: String,
}

/// A poke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poke {
    /// Where.
    pub conversation: Conversation,
    /// Who pokes.
    pub from: Uin,
    /// Who is poked.
    pub target: Uin,
    /// The verb, such as 戳了戳; may be empty.
    pub action: String,
    /// What follows the target, may be empty.
    pub suffix: String,
    /// The picture's address, may be empty.
    pub image: String,
    /// Unix seconds.
    pub time: u64,
    /// The tip's sequence in its conversation, for taking the poke back.
    pub sequence: Sequence,
    /// The tip's own id, for taking the poke back.
    pub tip_id: u64,
}

/// A reaction to a group message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// Where.
    pub group: GroupUin,
    /// To which message.
    pub sequence: Sequence,
    /// The face's id, or the emoji's code point in decimal.
    pub code: String,
    /// Whether `code` is a Unicode emoji rather than a QQ face.
    pub emoji: bool,
    /// How many people now react so.
    pub count: u32,
    /// Who.
    pub operator: Person,
    /// Added, or taken back.
    pub added: bool,
    /// Unix seconds.
    pub time: u64,
}

/// A change of a group's essence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Essence {
    /// Where.
    pub group: GroupUin,
    /// Which message.
    pub sequence: Sequence,
    /// The message's random.
    pub random: u32,
    /// Made essence, or no longer.
    pub set: bool,
    /// Who wrote the message.
    pub author: Option<Uin>,
    /// Who changed it.
    pub operator: Option<Uin>,
    /// Unix seconds.
    pub time: u64,
}

/// A friend's typing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typing {
    /// Who.
    pub friend: Uin,
    /// 1 typing, 2 stopped; others are passed through.
    pub event: u32,
    /// The text to show, may be empty.
    pub wording: String,
}
