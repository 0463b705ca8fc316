//! What the server pushes: messages and notices, both directions of each. protocol/05 §2–§5.
//!
//! [`Push::decode`] is the dispatch by the content head's type and sub type; each file here has the bytes of its own.

mod essence;
mod members;
mod notify;
mod poke;
mod reaction;
mod read;
mod recall;
mod typing;

use bytes::Bytes;
use nekonap_ids::{GroupUin, Uid, Uin};
use prost::Message as _;

pub use essence::Essence;
pub use members::{Departure, Joined, MemberJoined, MemberLeft};
pub use poke::Poke;
pub use reaction::Reaction;
pub use read::{GroupRead, PrivateRead};
pub use recall::{GroupRecall, PrivateRecall, Recalled};
pub use typing::Typing;

use crate::{
    bounded,
    command::DecodeError,
    message::{Kind, Message, Party, said_at},
    proto::{
        message::{Body, ContentHead, Message as ProtoMessage, RoutingHead},
        push::{MsgPush, Record, RecordSub},
    },
};

/// The content head's types of notices. protocol/05 §3.1
mod kinds {
    pub(super) const MEMBER_JOINED: u32 = 33;
    pub(super) const MEMBER_LEFT: u32 = 34;
    pub(super) const OWN_GROUP: u32 = 38;
    pub(super) const JOINED: u32 = 85;
    pub(super) const ACCOUNT: u32 = 528;
    pub(super) const GROUP: u32 = 732;
}

/// The session number at the pushing server: this one in every capture. protocol/05 §2.4
const RECORD_SID: i64 = 20222;
/// The high half of a notice's uid. protocol/05 §2.3
const NOTICE: u64 = 0x0200_0000;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Push {
    /// A message: somebody's, the echo of a group message, or the account's own from another device.
    Message(Box<Message>),
    /// Messages of a group were taken back.
    GroupRecall(GroupRecall),
    /// A private message was taken back by its author.
    PrivateRecall(PrivateRecall),
    /// A reaction was added to a group message or taken back.
    Reaction(Reaction),
    /// A group message became essence or is none any more.
    Essence(Essence),
    /// Somebody was poked.
    Poke(Poke),
    /// A friend types.
    Typing(Typing),
    /// Another device of the account read private chats.
    PrivateRead(Vec<PrivateRead>),
    /// Another device of the account read a group.
    GroupRead(GroupRead),
    /// Somebody joined a group.
    MemberJoined(MemberJoined),
    /// Somebody left a group, was removed, or the group is gone.
    MemberLeft(MemberLeft),
    /// The account is now in a group.
    Joined(Joined),
    /// The account is out of a group, which another push explains.
    Left(GroupUin),
    /// Nothing that anybody should see: a control signal, or a push without content.
    Ignored,
    /// Anything else: to be logged and passed on.
    Unknown {
        /// The content head's type.
        kind: u32,
        /// Its sub type.
        sub_kind: u32,
        /// The undecoded payload.
        payload: Bytes,
    },
}

/// What every push says beside its content. protocol/05 §2.2, §2.3
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Routing `from_uin`: the group's number, the peer, or the receiver itself. Never needed to read a push.
    pub from: u64,
    /// The peer's uid, where `from` is a peer.
    pub from_uid: Option<Uid>,
    /// The account that receives it.
    pub to: Party,
    /// Notices: a counter of the account.
    pub sequence: u64,
    /// The same for every receiver of one event.
    pub random: u32,
    /// Unix seconds.
    pub time: u64,
}

/// A push and what is around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// What happened.
    pub push: Push,
    /// What is around it.
    pub envelope: Envelope,
}

impl Push {
    /// Decodes the body of a `MsgPush`.
    ///
    /// # Errors
    /// Bytes that are no push, or a notice whose payload is not what its type says. What has an unknown type decodes,
    /// to [`Push::Unknown`].
    pub fn decode(bytes: &[u8]) -> Result<Pushed, DecodeError> {
        let pushed: MsgPush = bounded::decode(bytes)?;
        let message = pushed.message.ok_or(DecodeError::Missing("message"))?;
        let envelope = envelope(&message);
        Ok(Pushed {
            push: Self::of(&message)?,
            envelope,
        })
    }

    /// The push in a message that came without an envelope, as in the backlog after log-in. protocol/05 §6.2
    ///
    /// # Errors
    /// As [`Push::decode`].
    pub fn of(message: &ProtoMessage) -> Result<Self, DecodeError> {
        let content = message.content_head.clone().unwrap_or_default();
        let kind = content.r#type.unwrap_or(0);
        let sub_kind = content.sub_type.unwrap_or(0);
        if Kind::is_message(kind) {
            return Ok(Message::decode(message)
                .map_or(Self::Ignored, |message| Self::Message(Box::new(message))));
        }
        let payload = message
            .body
            .as_ref()
            .and_then(|body| body.msg_content.clone());
        let Some(payload) = payload.filter(|payload| !payload.is_empty()) else {
            return Ok(Self::Ignored);
        };
        let known = match (kind, sub_kind) {
            (kinds::MEMBER_JOINED, _) => members::decode_joined(&payload)?.map(Self::MemberJoined),
            (kinds::MEMBER_LEFT, _) => members::decode_left(&payload)?.map(Self::MemberLeft),
            (kinds::JOINED | kinds::OWN_GROUP, _) => {
                members::decode_own(&payload)?.map(Self::Joined)
            }
            (kinds::ACCOUNT, members::OUT) => members::decode_out(&payload)?.map(Self::Left),
            (kinds::ACCOUNT, recall::BY_FRIEND | recall::BY_SELF) => {
                recall::decode_private(&payload, sub_kind)?.map(Self::PrivateRecall)
            }
            (kinds::ACCOUNT, poke::PRIVATE | poke::PRIVATE_OTHER) => {
                poke::decode_private(&payload, message)?.map(Self::Poke)
            }
            (kinds::ACCOUNT, typing::SUB) => typing::decode(&payload)?.map(Self::Typing),
            (kinds::ACCOUNT, read::PRIVATE) => {
                Some(Self::PrivateRead(read::decode_private(&payload)?))
            }
            (kinds::GROUP, read::GROUP) => read::decode_group(&payload)?.map(Self::GroupRead),
            (kinds::GROUP, notify::GENERAL | notify::RECALL | notify::TIP | notify::ESSENCE) => {
                notify::decode(&payload)?
            }
            _ => None,
        };
        Ok(known.unwrap_or(Self::Unknown {
            kind,
            sub_kind,
            payload,
        }))
    }

    /// Encodes the body of a `MsgPush`, with everything that protocol/01 §9.1 wants.
    pub fn encode(&self, envelope: &Envelope) -> Vec<u8> {
        let (kind, sub_kind, payload) = match self {
            Self::Message(message) => return encode(message.encode(), None),
            Self::GroupRecall(recall) => (
                kinds::GROUP,
                notify::RECALL,
                recall::encode_group(recall, envelope),
            ),
            Self::PrivateRecall(recall) => (
                kinds::ACCOUNT,
                recall::sub_kind(recall),
                recall::encode_private(recall),
            ),
            Self::Reaction(reaction) => (
                kinds::GROUP,
                notify::GENERAL,
                reaction::encode(reaction, envelope),
            ),
            Self::Essence(essence) => (
                kinds::GROUP,
                notify::ESSENCE,
                essence::encode(essence, envelope),
            ),
            Self::Poke(poke) => match poke.group {
                Some(group) => (
                    kinds::GROUP,
                    notify::TIP,
                    poke::encode_group(poke, group, envelope),
                ),
                None => (kinds::ACCOUNT, poke::PRIVATE, poke::encode_private(poke)),
            },
            Self::Typing(typing) => (
                kinds::ACCOUNT,
                typing::SUB,
                typing::encode(typing, envelope),
            ),
            Self::PrivateRead(read) => (kinds::ACCOUNT, read::PRIVATE, read::encode_private(read)),
            Self::GroupRead(read) => (kinds::GROUP, read::GROUP, read::encode_group(*read)),
            Self::MemberJoined(joined) => (kinds::MEMBER_JOINED, 0, members::encode_joined(joined)),
            Self::MemberLeft(left) => (kinds::MEMBER_LEFT, 0, members::encode_left(left)),
            Self::Joined(joined) => (kinds::JOINED, 0, members::encode_own(joined)),
            Self::Left(group) => (kinds::ACCOUNT, members::OUT, members::encode_out(*group)),
            Self::Ignored => (0, 0, Bytes::new()),
            Self::Unknown {
                kind,
                sub_kind,
                payload,
            } => (*kind, *sub_kind, payload.clone()),
        };
        let message = notice(kind, sub_kind, payload, envelope);
        let record = record(&message);
        encode(message, Some(record))
    }
}

fn encode(message: ProtoMessage, record: Option<Record>) -> Vec<u8> {
    MsgPush {
        message: Some(message),
        status: Some(1),
        record,
    }
    .encode_to_vec()
}

/// The server's own record of a notice. protocol/05 §2.4
fn record(message: &ProtoMessage) -> Record {
    let content = message.content_head.as_ref();
    let routing = message.routing_head.as_ref();
    Record {
        address: Some("127.0.0.1".to_owned()),
        sid: Some(RECORD_SID),
        sub: Some(RecordSub {
            r#type: content.and_then(|content| content.r#type).map(u64::from),
            sequence: content.and_then(|content| content.sequence),
            msg_uid: content.and_then(|content| content.msg_uid),
            sub_type: content.and_then(|content| content.sub_type),
            flag: Some(1),
            from: routing.and_then(|routing| routing.from_uin),
            on: Some(1),
        }),
    }
}

/// A notice's message: an empty rich text, and the payload beside it.
fn notice(kind: u32, sub_kind: u32, payload: Bytes, envelope: &Envelope) -> ProtoMessage {
    let uid = |uid: Option<Uid>| uid.map(|uid| uid.as_str().to_owned());
    let sub = (sub_kind != 0).then_some(sub_kind);
    ProtoMessage {
        routing_head: Some(RoutingHead {
            from_uin: Some(envelope.from),
            from_uid: uid(envelope.from_uid),
            to_uin: Some(envelope.to.uin.map_or(0, Uin::get)),
            to_uid: Some(uid(envelope.to.uid).unwrap_or_default()),
            ..RoutingHead::default()
        }),
        content_head: Some(ContentHead {
            r#type: Some(kind),
            sub_type: sub,
            c2c_cmd: sub,
            random: Some(envelope.random),
            sequence: Some(envelope.sequence),
            time: Some(i64::try_from(envelope.time).unwrap_or(0)),
            msg_uid: Some((NOTICE << 32) | u64::from(envelope.random)),
            ..ContentHead::default()
        }),
        body: Some(Body {
            rich_text: Some(crate::proto::message::RichText::default()),
            msg_content: Some(payload),
            msg_encrypt_content: None,
        }),
    }
}

fn envelope(message: &ProtoMessage) -> Envelope {
    let routing = message.routing_head.clone().unwrap_or_default();
    let content = message.content_head.clone().unwrap_or_default();
    Envelope {
        from: routing.from_uin.unwrap_or(0),
        from_uid: uid(routing.from_uid.as_deref()),
        to: Party {
            uin: routing.to_uin.and_then(|uin| Uin::new(uin).ok()),
            uid: uid(routing.to_uid.as_deref()),
        },
        sequence: content.sequence.unwrap_or(0),
        random: content.random.unwrap_or(0),
        time: said_at(&content),
    }
}

/// A uid, if the text is one.
fn uid(text: Option<&str>) -> Option<Uid> {
    Uid::new(text?).ok()
}

/// A uid as a field holds it.
fn text(uid: Option<Uid>) -> Option<String> {
    uid.map(|uid| uid.as_str().to_owned())
}

fn group(number: Option<u64>) -> Option<GroupUin> {
    GroupUin::new(number?).ok()
}

/// 32 bits of unix seconds, as most payloads hold them.
fn seconds(time: u64) -> u32 {
    u32::try_from(time).unwrap_or(u32::MAX)
}
