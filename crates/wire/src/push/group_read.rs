//! Another device of the account read a group (protocol/05 §5.17).

use nekonap_ids::{GroupUin, Sequence};
use prost::Message as _;

use super::{
    Envelope, Origin, kinds,
    notices::{self, Content, Payload},
};
use crate::{bounded, command::DecodeError, proto::push::GroupRead as Proto};

/// Sub type of 732 for a read group.
const SUB: u32 = 1;

/// Another device of the account read a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupRead {
    /// Group that was read.
    pub group: GroupUin,
    /// Sequence of the last read message.
    pub sequence: Sequence,
}

impl GroupRead {
    /// Always `None`: the notice concerns the account, not the order of messages in a chat.
    pub(super) fn origin<P>(&self) -> Option<Origin<P>> {
        None
    }

    pub(super) fn try_map_people<P, Q>(self, _: &mut impl FnMut(P) -> Option<Q>) -> Option<Self> {
        Some(self)
    }

    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if (content.kind, content.sub_kind) != (kinds::GROUP, SUB) {
            return Ok(None);
        }
        let read: Proto = bounded::decode(&content.payload)?;
        Ok(notices::group(read.group).map(|group| Self {
            group,
            sequence: notices::sequence(read.sequence),
        }))
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        let bytes = Proto {
            group: Some(self.group.get()),
            sequence: Some(self.sequence.get()),
        }
        .encode_to_vec()
        .into();
        Payload {
            kind: kinds::GROUP,
            sub_kind: SUB,
            bytes,
        }
    }
}
