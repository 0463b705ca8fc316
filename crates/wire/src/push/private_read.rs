//! Another device of the account read private chats (protocol/05 §5.17).

use prost::Message as _;

use super::{
    Envelope, Origin, kinds,
    notices::{self, Content, Payload},
};
use crate::{
    bounded,
    command::DecodeError,
    message::Party,
    proto::push::{PrivateRead as Proto, PrivatesRead},
};

/// Sub type of 528 for read private chats.
const SUB: u32 = 8;

/// Another device of the account read private chats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateRead<P> {
    /// Chats that were read.
    pub chats: Vec<ReadChat<P>>,
}

/// A private chat that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadChat<P> {
    /// Peer of the chat.
    pub peer: P,
    /// Messages up to this Unix second are read.
    pub time: u64,
}

impl<P> PrivateRead<P> {
    /// Always `None`: the notice concerns several chats.
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        None
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<PrivateRead<Q>> {
        let known = |chat: ReadChat<P>| {
            Some(ReadChat {
                peer: find(chat.peer)?,
                time: chat.time,
            })
        };
        let chats: Vec<_> = self.chats.into_iter().filter_map(known).collect();
        (!chats.is_empty()).then_some(PrivateRead { chats })
    }
}

impl PrivateRead<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if (content.kind, content.sub_kind) != (kinds::ACCOUNT, SUB) {
            return Ok(None);
        }
        let read: PrivatesRead = bounded::decode(&content.payload)?;
        Ok(Some(Self {
            chats: read
                .chats
                .iter()
                .filter_map(|chat| {
                    Some(ReadChat {
                        peer: notices::by_uid(chat.peer_uid.as_deref())?,
                        time: u64::from(chat.time.unwrap_or(0)),
                    })
                })
                .collect(),
        }))
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        let chat = |chat: &ReadChat<Party>| Proto {
            peer_uid: Some(notices::uid_text(Some(chat.peer))),
            time: Some(notices::seconds(chat.time)),
        };
        let bytes = PrivatesRead {
            chats: self.chats.iter().map(chat).collect(),
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
