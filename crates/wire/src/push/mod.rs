//! Pushes from the server: messages and notices, with encoding and decoding (protocol/05 §2–§5).
//!
//! [`Push::decode`] separates messages from notices. Each notice has its own file with its struct, its encoding and
//! decoding, the chat whose order it keeps, and the people in it; the table below builds [`Notice`] from them.

// Every notice has the same functions, even where one cannot fail, does not use `self`, or copies a small value.
#![allow(
    clippy::unnecessary_wraps,
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref
)]

#[macro_use]
mod notices;
mod activity;
mod admin_changed;
mod card_changed;
mod change_list;
mod essence;
mod friend_added;
mod friend_requested;
mod friends_changed;
mod grey_tip;
mod group_body;
mod group_read;
mod group_recall;
mod group_remarked;
mod group_renamed;
mod group_requested;
mod group_transferred;
mod honor;
mod lucky_king;
mod member_joined;
mod member_left;
mod muted;
mod poke;
mod poke_withdrawn;
mod private_read;
mod private_recall;
mod profile_liked;
mod reaction;
mod self_joined;
mod self_left;
mod self_renamed;
mod title_given;
mod typing;
mod unknown_tip;
mod voice_text;

use bytes::Bytes;
use nekonap_ids::{Uid, Uin};
use prost::Message as _;

pub use activity::{Activity, Doing};
pub use admin_changed::AdminChanged;
pub use card_changed::CardChanged;
pub use essence::Essence;
pub use friend_added::FriendAdded;
pub use friend_requested::FriendRequested;
pub use friends_changed::{FriendChange, FriendsChanged};
pub use group_read::GroupRead;
pub use group_recall::{GroupRecall, Recalled};
pub use group_remarked::GroupRemarked;
pub use group_renamed::GroupRenamed;
pub use group_requested::{GroupRequest, GroupRequested};
pub use group_transferred::GroupTransferred;
pub use honor::{Honor, HonorKind};
pub use lucky_king::LuckyKing;
pub use member_joined::MemberJoined;
pub use member_left::{Departure, MemberLeft};
pub use muted::{Mute, Muted};
pub use notices::Origin;
pub use poke::Poke;
pub use poke_withdrawn::PokeWithdrawn;
pub use private_read::{PrivateRead, ReadChat};
pub use private_recall::PrivateRecall;
pub use profile_liked::ProfileLiked;
pub use reaction::Reaction;
pub use self_joined::SelfJoined;
pub use self_left::SelfLeft;
pub use self_renamed::SelfRenamed;
pub use title_given::TitleGiven;
pub use typing::Typing;
pub use unknown_tip::UnknownTip;
pub use voice_text::VoiceText;

use crate::{
    bounded,
    command::DecodeError,
    message::{Kind, Message, Party, event_time},
    proto::{
        message::{Body, ContentHead, Message as ProtoMessage, RoutingHead},
        push::{MsgPush, Record, RecordSub},
    },
};
use notices::{Content, Payload};

notices! {
    GroupRecall<P>;
    Reaction<P>;
    Essence<P>;
    Poke<P>;
    Activity<P>;
    Honor<P>;
    LuckyKing<P>;
    PokeWithdrawn<P>;
    PrivateRecall<P>;
    Typing<P>;
    PrivateRead<P>;
    GroupRead;
    MemberJoined<P>;
    MemberLeft<P>;
    SelfJoined<P>;
    SelfLeft;
    Muted<P>;
    AdminChanged<P>;
    GroupTransferred<P>;
    GroupRenamed<P>;
    TitleGiven<P>;
    CardChanged<P>;
    FriendsChanged<P>;
    ProfileLiked<P>;
    SelfRenamed;
    FriendRequested<P>;
    FriendAdded<P>;
    GroupRequested<P>;
    GroupRemarked;
    VoiceText;
    // After all other notices in tips.
    UnknownTip<P>;
}

/// Notice types in the content head (protocol/05 §3.1).
mod kinds {
    pub(super) const MEMBER_JOINED: u32 = 33;
    pub(super) const MEMBER_LEFT: u32 = 34;
    pub(super) const OWN_GROUP: u32 = 38;
    pub(super) const ADMIN: u32 = 44;
    pub(super) const APPLICATION: u32 = 84;
    pub(super) const JOINED: u32 = 85;
    pub(super) const INVITATION: u32 = 87;
    pub(super) const INVITATION_OF_OTHER: u32 = 525;
    pub(super) const ACCOUNT: u32 = 528;
    pub(super) const GROUP: u32 = 732;
}

/// Session number at the pushing server: the same in every capture (protocol/05 §2.4).
const RECORD_SID: i64 = 20222;
/// High half of a notice's uid (protocol/05 §2.3).
const NOTICE: u64 = 0x0200_0000;

/// Content of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant)] // Nearly every push that is not a message is a notice, so a box saves nothing.
pub enum Push {
    /// A message from another account, the echo of a group message, or the account's own message from another device.
    Message(Box<Message>),
    /// A known notice; it identifies people as the push does.
    Notice(Notice<Party>),
    /// A push that is not shown: a control signal, or a push without content.
    Ignored,
    /// An unknown push, to be logged and passed on.
    Unknown {
        /// Type in the content head.
        kind: u32,
        /// Sub type in the content head.
        sub_kind: u32,
        /// Undecoded payload.
        payload: Bytes,
    },
}

/// Fields of a push besides its content (protocol/05 §2.2, §2.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Routing `from_uin`: the number of the group, the peer or the receiver itself. Only private pokes use it.
    pub from: u64,
    /// Uid of the peer, if `from` is a peer.
    pub from_uid: Option<Uid>,
    /// Account that receives the push.
    pub to: Party,
    /// Notices: a counter of the account.
    pub sequence: u64,
    /// Random number, the same for every receiver of an event.
    pub random: u32,
    /// Time of the event, Unix seconds.
    pub time: u64,
}

/// A push with its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Content.
    pub push: Push,
    /// Envelope.
    pub envelope: Envelope,
}

impl Push {
    /// Decodes the body of a `MsgPush`. Of a list of changes, only those of the first kind that it contains.
    ///
    /// # Errors
    /// [`DecodeError`] if the bytes are not a push, or a notice's payload does not match its type. A push of an unknown
    /// type decodes to [`Push::Unknown`].
    pub fn decode(bytes: &[u8]) -> Result<Pushed, DecodeError> {
        let pushed: MsgPush = bounded::decode(bytes)?;
        let message = pushed.message.ok_or(DecodeError::Missing("message"))?;
        let envelope = envelope(&message);
        Ok(Pushed {
            push: Self::of(&message)?,
            envelope,
        })
    }

    /// Like [`Push::decode`], but returns every change of a push that contains a list of changes (protocol/05 §5.13), each as
    /// a push of its own. Changes of the friend list that follow each other are one push.
    ///
    /// # Errors
    /// As [`Push::decode`].
    pub fn decode_all(bytes: &[u8]) -> Result<Vec<Pushed>, DecodeError> {
        let pushed: MsgPush = bounded::decode(bytes)?;
        let message = pushed.message.ok_or(DecodeError::Missing("message"))?;
        let envelope = envelope(&message);
        let kind = message.content_head.as_ref().and_then(|head| head.r#type);
        let content = match kind {
            Some(kinds::ACCOUNT) => Content::of(&message)?,
            _ => None,
        };
        let Some(content) = content else {
            return Ok(vec![Pushed {
                push: Self::of(&message)?,
                envelope,
            }]);
        };
        let mut all: Vec<Pushed> = Vec::new();
        for part in change_list::split(content)? {
            let push = Self::of_content(part)?;
            if let Self::Notice(Notice::FriendsChanged(more)) = &push
                && let Some(Pushed {
                    push: Self::Notice(Notice::FriendsChanged(changed)),
                    ..
                }) = all.last_mut()
            {
                changed.changes.extend(more.changes.iter().cloned());
            } else {
                all.push(Pushed { push, envelope });
            }
        }
        Ok(all)
    }

    /// Decodes the push in a message without an envelope, as in the backlog after log-in (protocol/05 §6.2).
    ///
    /// # Errors
    /// As [`Push::decode`].
    pub fn of(message: &ProtoMessage) -> Result<Self, DecodeError> {
        let kind = message.content_head.as_ref().and_then(|head| head.r#type);
        if Kind::is_message(kind.unwrap_or(0)) {
            return Ok(Message::decode(message)
                .map_or(Self::Ignored, |message| Self::Message(Box::new(message))));
        }
        let Some(content) = Content::of(message)? else {
            return Ok(Self::Ignored);
        };
        Self::of_content(content)
    }

    fn of_content(content: Content) -> Result<Self, DecodeError> {
        Ok(match Notice::decode(&content)? {
            Some(notice) => Self::Notice(notice),
            None => Self::Unknown {
                kind: content.kind,
                sub_kind: content.sub_kind,
                payload: content.payload,
            },
        })
    }

    /// Encodes the body of a `MsgPush`, with all fields that protocol/01 §9.1 requires.
    pub fn encode(&self, envelope: &Envelope) -> Vec<u8> {
        let payload = match self {
            Self::Message(message) => return encode(message.encode(), None),
            Self::Notice(notice) => notice.encode(envelope),
            Self::Ignored => Payload {
                kind: 0,
                sub_kind: 0,
                bytes: Bytes::new(),
            },
            Self::Unknown {
                kind,
                sub_kind,
                payload,
            } => Payload {
                kind: *kind,
                sub_kind: *sub_kind,
                bytes: payload.clone(),
            },
        };
        let message = notice(payload, envelope);
        let record = record(&message);
        encode(message, Some(record))
    }
}

impl<N: Into<Notice<Party>>> From<N> for Push {
    fn from(notice: N) -> Self {
        Self::Notice(notice.into())
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

/// Server-side record of a notice (protocol/05 §2.4).
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

/// Message of a notice: an empty rich text, and the payload beside it.
fn notice(payload: Payload, envelope: &Envelope) -> ProtoMessage {
    let uid = |uid: Option<Uid>| uid.map(|uid| uid.as_str().to_owned());
    let sub = (payload.sub_kind != 0).then_some(payload.sub_kind);
    ProtoMessage {
        routing_head: Some(RoutingHead {
            from_uin: Some(envelope.from),
            from_uid: uid(envelope.from_uid),
            to_uin: Some(envelope.to.uin.map_or(0, Uin::get)),
            to_uid: Some(uid(envelope.to.uid).unwrap_or_default()),
            ..RoutingHead::default()
        }),
        content_head: Some(ContentHead {
            r#type: Some(payload.kind),
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
            msg_content: Some(payload.bytes),
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
        time: event_time(&content),
    }
}

/// The person that the head of a push about a friend names: it names the receiver if it names nobody.
fn named_in_head(envelope: &Envelope) -> Option<Uin> {
    let uin = Uin::new(envelope.from).ok();
    uin.filter(|uin| Some(*uin) != envelope.to.uin)
}

/// Parses a uid; `None` if the text is not one.
fn uid(text: Option<&str>) -> Option<Uid> {
    Uid::new(text?).ok()
}
