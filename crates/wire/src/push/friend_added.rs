//! The account and a person became friends (protocol/05 §5.9).

use prost::Message as _;

use super::{
    Envelope, Origin, kinds,
    notices::{self, Content, Payload},
};
use crate::{
    bounded,
    command::DecodeError,
    message::Party,
    proto::push::{FriendAdded as Proto, FriendAddedFacts},
};

/// Sub type of 528 for a new friend.
const SUB: u32 = 179;
/// `field_6`, as in captures.
const FIELD_6: u32 = 7;

/// A person is a friend now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FriendAdded<P> {
    /// New friend.
    pub friend: P,
    /// Nickname of the friend; may be empty.
    pub nickname: String,
    /// First greeting; may be empty.
    pub greeting: String,
}

impl<P: Copy> FriendAdded<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Private(self.friend))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<FriendAdded<Q>> {
        Some(FriendAdded {
            friend: find(self.friend)?,
            nickname: self.nickname,
            greeting: self.greeting,
        })
    }
}

impl FriendAdded<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if (content.kind, content.sub_kind) != (kinds::ACCOUNT, SUB) {
            return Ok(None);
        }
        let added: Proto = bounded::decode(&content.payload)?;
        let facts = added.facts.unwrap_or_default();
        let uin = super::named_in_head(&content.envelope);
        let uid = super::uid(facts.uid.as_deref());
        if uin.is_none() && uid.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            friend: Party { uin, uid },
            nickname: facts.nick.unwrap_or_default(),
            greeting: facts.message.unwrap_or_default(),
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let bytes = Proto {
            field_1: Some(1),
            facts: Some(FriendAddedFacts {
                uid: Some(notices::uid_text(Some(self.friend))),
                field_2: Some(0),
                time: Some(notices::seconds(envelope.time)),
                message: Some(self.greeting.clone()),
                nick: Some(self.nickname.clone()),
                field_6: Some(FIELD_6),
                category: Some(0),
                to_uid: Some(notices::uid_text(Some(envelope.to))),
            }),
        }
        .encode_to_vec()
        .into();
        Payload {
            kind: kinds::ACCOUNT,
            sub_kind: SUB,
            bytes,
        }
    }
}
