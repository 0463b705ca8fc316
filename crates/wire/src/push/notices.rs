//! Common parts of notices: the macro that declares them, their chat, and their decoded and encoded content.

use bytes::Bytes;
use nekonap_ids::{Conversation, GroupUin, Sequence, Uid, Uin};

use super::{
    Envelope,
    group_body::{self, GroupBody},
    kinds,
};
use crate::{command::DecodeError, message::Party, proto::message::Message as ProtoMessage};

/// Declares [`Notice`] from one line per notice: `Poke<P>;` for a notice with people, `GroupRead;` for one without.
/// Each name is a variant of the enum and the struct in it. The struct has these functions in its own file:
///
/// - `fn decode(&Content) -> Result<Option<Self>, DecodeError>` for the notice as it is pushed (`P` = [`Party`]):
///   checks the types first and returns `None` if the content is another notice. The lines are tried in order, and the
///   first match is used;
/// - `fn encode(&self, &Envelope) -> Payload`, also for the notice as it is pushed;
/// - `fn origin(&self) -> Option<Origin<P>>`;
/// - `fn try_map_people<Q>(self, &mut impl FnMut(P) -> Option<Q>) -> Option<…>`.
///
/// It is a macro because nothing else generates an enum and the matches over its variants from one list. Crates that
/// use notices handle them in their own exhaustive match.
macro_rules! notices {
    ($($name:ident $(<$p:ident>)?;)*) => {
        /// An event that is not a message. `P` identifies people: [`Party`] in the push, [`Uin`] once everybody is
        /// looked up.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Notice<P> {
            $(#[doc = concat!("See [`", stringify!($name), "`].")] $name($name $(<$p>)?),)*
        }

        impl<P: Copy> Notice<P> {
            /// Chat whose order the notice keeps; `None` if it keeps none.
            pub fn origin(&self) -> Option<Origin<P>> {
                match self {
                    $(Self::$name(notice) => notice.origin(),)*
                }
            }

            /// Replaces every person with the result of `find`. `None` if `find` returns `None` for a required person;
            /// optional people become `None`.
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
            /// Decodes the content; `None` if no notice in the table matches.
            fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
                $(if let Some(notice) = $name::decode(content)? {
                    return Ok(Some(Self::$name(notice)));
                })*
                Ok(None)
            }

            /// Encodes the payload of the notice's message.
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

/// Chat that a notice belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin<P> {
    /// A group.
    Group(GroupUin),
    /// A private chat, identified by the peer.
    Private(P),
}

impl<P> Origin<P> {
    /// The same chat, with the peer replaced by the result of `find`.
    pub(super) fn try_map<Q>(self, find: &mut impl FnMut(P) -> Option<Q>) -> Option<Origin<Q>> {
        Some(match self {
            Self::Group(group) => Origin::Group(group),
            Self::Private(peer) => Origin::Private(find(peer)?),
        })
    }
}

impl Origin<Uin> {
    /// The conversation of this chat.
    pub fn conversation(self) -> Conversation {
        match self {
            Self::Group(group) => Conversation::Group(group),
            Self::Private(peer) => Conversation::Friend(peer),
        }
    }
}

/// Input for decoding a notice.
pub(super) struct Content {
    /// Type in the content head.
    pub(super) kind: u32,
    /// Sub type in the content head.
    pub(super) sub_kind: u32,
    /// Payload; never empty.
    pub(super) payload: Bytes,
    /// Shared body in the payload, if the type has one.
    pub(super) group_body: Option<GroupBody>,
    /// Envelope of the push.
    pub(super) envelope: Envelope,
}

impl Content {
    /// Content of a message that is not a chat message; `None` if it is empty.
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

/// Result of encoding a notice.
pub(super) struct Payload {
    /// Type in the content head.
    pub(super) kind: u32,
    /// Sub type in the content head; 0 means none.
    pub(super) sub_kind: u32,
    pub(super) bytes: Bytes,
}

/// Party with the uid in a field.
pub(super) fn by_uid(text: Option<&str>) -> Option<Party> {
    Uid::new(text?).ok().map(Party::of_uid)
}

/// Party with the uin in a field.
pub(super) fn by_uin(number: Option<u64>) -> Option<Party> {
    Uin::new(number?).ok().map(Party::of_uin)
}

/// Uid for a field; empty if there is no party or its uid is unknown.
pub(super) fn uid_text(party: Option<Party>) -> String {
    party
        .and_then(|party| party.uid)
        .map_or_else(String::new, |uid| uid.as_str().to_owned())
}

/// Uin for a field; 0 if there is no party or its uin is unknown.
pub(super) fn uin_number(party: Option<Party>) -> u64 {
    party.and_then(|party| party.uin).map_or(0, Uin::get)
}

/// Group with the number in a field.
pub(super) fn group(number: Option<u64>) -> Option<GroupUin> {
    GroupUin::new(number?).ok()
}

/// Sequence in a field; 0 if the field is absent.
pub(super) fn sequence(number: Option<u64>) -> Sequence {
    Sequence::new(number.unwrap_or(0))
}

/// Converts Unix seconds to the 32-bit fields of most payloads.
pub(super) fn seconds(time: u64) -> u32 {
    u32::try_from(time).unwrap_or(u32::MAX)
}
