//! What notices share: the macro behind their table, where they belong, and what they are decoded from and encoded to.

use bytes::Bytes;
use nekonap_ids::{Conversation, GroupUin, Sequence, Uid, Uin};

use super::{
    Envelope,
    group_body::{self, GroupBody},
    kinds,
};
use crate::{command::DecodeError, message::Party, proto::message::Message as ProtoMessage};

/// Declares [`Notice`] from one line a notice: `Poke<P>;` for one that names people, `GroupRead;` for one that names
/// none. Each name is a variant of the enum and the struct in it, which has in its own file:
///
/// - `fn decode(&Content) -> Result<Option<Self>, DecodeError>`, of the notice as it is pushed (`P` = [`Party`]): `None`
///   where the content is another notice's. It looks at the types first. The lines are tried in their order, and the
///   first that answers wins;
/// - `fn encode(&self, &Envelope) -> Payload`, of the same;
/// - `fn origin(&self) -> Option<Origin<P>>`;
/// - `fn try_map_people<Q>(self, &mut impl FnMut(P) -> Option<Q>) -> Option<…>`.
///
/// A macro, because nothing else makes an enum and the matches that forward to its variants from one list; what a notice
/// means to a crate above is that crate's own, exhaustive match.
macro_rules! notices {
    ($($name:ident $(<$p:ident>)?;)*) => {
        /// Something that happened and is no message. `P` is how it names people: [`Party`] as it is pushed, [`Uin`]
        /// once everybody has been looked up.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Notice<P> {
            $(#[doc = concat!("See [`", stringify!($name), "`].")] $name($name $(<$p>)?),)*
        }

        impl<P: Copy> Notice<P> {
            /// The chat whose order it keeps; `None` where it keeps none.
            pub fn origin(&self) -> Option<Origin<P>> {
                match self {
                    $(Self::$name(notice) => notice.origin(),)*
                }
            }

            /// The same notice with everybody in it as `find` has them. `None` where `find` has none for somebody whom
            /// the notice cannot do without; others are left out.
            pub fn try_map_people<Q>(
                self,
                find: &mut impl FnMut(P) -> Option<Q>,
            ) -> Option<Notice<Q>> {
                match self {
                    $(Self::$name(notice) => notice.try_map_people(find).map(Notice::$name),)*
                }
            }
        }

        impl Notice<Party> {
            /// The notice that a content is; `None` if no line of the table knows it.
            fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
                $(if let Some(notice) = $name::decode(content)? {
                    return Ok(Some(Self::$name(notice)));
                })*
                Ok(None)
            }

            /// What its message carries.
            fn encode(&self, envelope: &Envelope) -> Payload {
                match self {
                    $(Self::$name(notice) => notice.encode(envelope),)*
                }
            }
        }

        $(impl<P> From<$name $(<$p>)?> for Notice<P> {
            fn from(notice: $name $(<$p>)?) -> Self {
                Self::$name(notice)
            }
        })*
    };
}

/// The chat that a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin<P> {
    /// A group.
    Group(GroupUin),
    /// A private chat, by its other side.
    Private(P),
}

impl<P> Origin<P> {
    /// The same chat, its other side as `find` has it.
    pub(super) fn try_map<Q>(self, find: &mut impl FnMut(P) -> Option<Q>) -> Option<Origin<Q>> {
        Some(match self {
            Self::Group(group) => Origin::Group(group),
            Self::Private(peer) => Origin::Private(find(peer)?),
        })
    }
}

impl Origin<Uin> {
    /// The conversation.
    pub fn conversation(self) -> Conversation {
        match self {
            Self::Group(group) => Conversation::Group(group),
            Self::Private(peer) => Conversation::Friend(peer),
        }
    }
}

/// What a notice is decoded from.
pub(super) struct Content {
    /// The content head's type.
    pub(super) kind: u32,
    /// Its sub type.
    pub(super) sub_kind: u32,
    /// The payload; never empty.
    pub(super) payload: Bytes,
    /// The payload's body, where the types say that it is one that several notices share.
    pub(super) group_body: Option<GroupBody>,
    /// What is around it.
    pub(super) envelope: Envelope,
}

impl Content {
    /// The content of a message that is no chat message; `None` where there is nothing in it.
    pub(super) fn of(message: &ProtoMessage) -> Result<Option<Self>, DecodeError> {
        let head = message.content_head.as_ref();
        let kind = head.and_then(|head| head.r#type).unwrap_or(0);
        let sub_kind = head.and_then(|head| head.sub_type).unwrap_or(0);
        let body = message.body.as_ref();
        let payload = body.and_then(|body| body.msg_content.clone());
        let Some(payload) = payload.filter(|payload| !payload.is_empty()) else {
            return Ok(None);
        };
        let group_body = match kind {
            kinds::GROUP => group_body::decode(sub_kind, &payload)?,
            _ => None,
        };
        Ok(Some(Self {
            kind,
            sub_kind,
            payload,
            group_body,
            envelope: super::envelope(message),
        }))
    }
}

/// What a notice is encoded to.
pub(super) struct Payload {
    /// The content head's type.
    pub(super) kind: u32,
    /// Its sub type; 0 is none.
    pub(super) sub_kind: u32,
    /// The payload.
    pub(super) bytes: Bytes,
}

/// Who has the uid in a field.
pub(super) fn by_uid(text: Option<&str>) -> Option<Party> {
    Uid::new(text?).ok().map(Party::of_uid)
}

/// Who has the number in a field.
pub(super) fn by_uin(number: Option<u64>) -> Option<Party> {
    Uin::new(number?).ok().map(Party::of_uin)
}

/// The uid as a field holds it; empty for nobody, and for somebody whose uid is not known.
pub(super) fn uid_text(party: Option<Party>) -> String {
    party
        .and_then(|party| party.uid)
        .map_or_else(String::new, |uid| uid.as_str().to_owned())
}

/// The number as a field holds it; 0 for nobody, and for somebody whose number is not known.
pub(super) fn uin_number(party: Option<Party>) -> u64 {
    party.and_then(|party| party.uin).map_or(0, Uin::get)
}

/// The group with the number in a field.
pub(super) fn group(number: Option<u64>) -> Option<GroupUin> {
    GroupUin::new(number?).ok()
}

/// A sequence; 0 where the field is absent.
pub(super) fn sequence(number: Option<u64>) -> Sequence {
    Sequence::new(number.unwrap_or(0))
}

/// 32 bits of unix seconds, as most payloads hold them.
pub(super) fn seconds(time: u64) -> u32 {
    u32::try_from(time).unwrap_or(u32::MAX)
}
