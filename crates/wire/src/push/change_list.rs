//! The list of changes, 528/39, that several notices are pushed in (protocol/05 §5.13, §5.15).

use prost::Message as _;

use super::{
    kinds,
    notices::{Content, Payload},
};
use crate::{
    bounded::{self, WireType},
    command::DecodeError,
    proto::push::{ChangeList, ListedChange},
};

/// Sub type of 528.
const SUB: u32 = 39;
/// Field of the list with the changes. A push with a number there is a single change.
const CHANGES: u32 = 1;

/// The changes of a push; empty if it is another push.
pub(super) fn decode(content: &Content) -> Result<Vec<ListedChange>, DecodeError> {
    if (content.kind, content.sub_kind) != (kinds::ACCOUNT, SUB) {
        return Ok(Vec::new());
    }
    if bounded::wire_type(&content.payload, CHANGES) == Some(WireType::Varint) {
        return Ok(vec![bounded::decode(&content.payload)?]);
    }
    let list: ChangeList = bounded::decode(&content.payload)?;
    Ok(list.changes)
}

pub(super) fn encode(changes: Vec<ListedChange>) -> Payload {
    let changes = changes.into_iter().map(|change| ListedChange {
        notify_type: Some(0),
        ..change
    });
    let list = ChangeList {
        changes: changes.collect(),
    };
    Payload {
        kind: kinds::ACCOUNT,
        sub_kind: SUB,
        bytes: list.encode_to_vec().into(),
    }
}
