//! A person asks to become a friend of the account (protocol/05 §5.8).

use nekonap_ids::Uid;
use prost::Message as _;

use super::{
    Envelope, Origin, kinds,
    notices::{Content, Payload},
};
use crate::{
    bounded,
    command::DecodeError,
    message::Party,
    proto::push::{FriendRequestFacts, FriendRequested as Proto},
};

/// Sub type of 528 for a friend request.
const SUB: u32 = 35;
/// `source_id` of a search by number.
const BY_NUMBER: u32 = 1;

/// A person asks to become a friend. The uid answers the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FriendRequested<P> {
    /// Person who asks.
    pub from: P,
    /// Uid of the person.
    pub uid: Uid,
    /// What the person wrote; may be empty.
    pub comment: String,
    /// Where the person found the account; may be empty.
    pub via: String,
}

impl<P: Copy> FriendRequested<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Private(self.from))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<FriendRequested<Q>> {
        Some(FriendRequested {
            from: find(self.from)?,
            uid: self.uid,
            comment: self.comment,
            via: self.via,
        })
    }
}

impl FriendRequested<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if (content.kind, content.sub_kind) != (kinds::ACCOUNT, SUB) {
            return Ok(None);
        }
        let asked: Proto = bounded::decode(&content.payload)?;
        // Without these facts the push tells that a request was settled.
        let Some(facts) = asked.facts else {
            return Ok(None);
        };
        let Some(uid) = super::uid(facts.source_uid.as_deref()) else {
            return Ok(None);
        };
        let uin = super::named_in_head(&content.envelope);
        let via = facts.via.filter(|via| !via.is_empty()).or(facts.via_new);
        Ok(Some(Self {
            from: Party {
                uin,
                uid: Some(uid),
            },
            uid,
            comment: facts.comment.unwrap_or_default(),
            via: via.unwrap_or_default(),
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let to = envelope.to.uid.map(|uid| uid.to_string());
        let bytes = Proto {
            facts: Some(FriendRequestFacts {
                target_uid: Some(to.unwrap_or_default()),
                source_uid: Some(self.uid.to_string()),
                via_new: Some(self.via.clone()),
                source_id: Some(BY_NUMBER),
                sub_source_id: Some(0),
                comment: Some(self.comment.clone()),
                via: Some(self.via.clone()),
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
