//! Another device of the account read a conversation. protocol/05 §5.17

use bytes::Bytes;
use nekonap_ids::{GroupUin, Sequence, Uid};
use prost::Message as _;

use super::{seconds, text, uid};
use crate::{
    bounded,
    command::DecodeError,
    proto::push::{GroupRead as ProtoGroup, PrivateRead as ProtoPrivate, PrivatesRead},
};

/// 528's sub type of read private chats.
pub(super) const PRIVATE: u32 = 8;
/// 732's sub type of a read group.
pub(super) const GROUP: u32 = 1;

/// A private chat was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrivateRead {
    /// The other side.
    pub peer: Uid,
    /// Up to which unix second.
    pub time: u64,
}

/// A group was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupRead {
    /// Which.
    pub group: GroupUin,
    /// Up to which message.
    pub sequence: Sequence,
}

pub(super) fn decode_private(payload: &[u8]) -> Result<Vec<PrivateRead>, DecodeError> {
    let read: PrivatesRead = bounded::decode(payload)?;
    Ok(read
        .chats
        .iter()
        .filter_map(|chat| {
            Some(PrivateRead {
                peer: uid(chat.peer_uid.as_deref())?,
                time: u64::from(chat.time.unwrap_or(0)),
            })
        })
        .collect())
}

pub(super) fn encode_private(read: &[PrivateRead]) -> Bytes {
    PrivatesRead {
        chats: read
            .iter()
            .map(|chat| ProtoPrivate {
                peer_uid: text(Some(chat.peer)),
                time: Some(seconds(chat.time)),
            })
            .collect(),
    }
    .encode_to_vec()
    .into()
}

pub(super) fn decode_group(payload: &[u8]) -> Result<Option<GroupRead>, DecodeError> {
    let read: ProtoGroup = bounded::decode(payload)?;
    Ok(super::group(read.group).map(|group| GroupRead {
        group,
        sequence: Sequence::new(read.sequence.unwrap_or(0)),
    }))
}

pub(super) fn encode_group(read: GroupRead) -> Bytes {
    ProtoGroup {
        group: Some(read.group.get()),
        sequence: Some(read.sequence.get()),
    }
    .encode_to_vec()
    .into()
}
