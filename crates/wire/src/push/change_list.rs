//! The list of changes, 528/39, that several notices are pushed in (protocol/05 §5.13, §5.15).

use bytes::Bytes;
use prost::Message as _;

use super::{
    kinds,
    notices::{Content, Payload},
};
use crate::{
    bounded::{self, WireType},
    command::DecodeError,
    proto::push::{ChangeList, ChangedRemarks, ListedChange, RawChangeList},
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

/// The contents of the single changes of a push, in order; the content itself if it is one change, or another push. Changes
/// of unknown kinds keep all their bytes.
pub(super) fn split(content: Content) -> Result<Vec<Content>, DecodeError> {
    if (content.kind, content.sub_kind) != (kinds::ACCOUNT, SUB)
        || bounded::wire_type(&content.payload, CHANGES) == Some(WireType::Varint)
    {
        return Ok(vec![content]);
    }
    let list: RawChangeList = bounded::decode(&content.payload)?;
    let mut changes: Vec<Bytes> = Vec::new();
    for raw in list.changes {
        let change: ListedChange = bounded::decode(&raw)?;
        let remarks = change.remarks.clone().unwrap_or_default().remarks;
        if remarks.len() < 2 {
            changes.push(raw);
            continue;
        }
        // Remarks for friends and for groups can be in one change.
        changes.extend(remarks.into_iter().map(|remark| {
            let single = ListedChange {
                remarks: Some(ChangedRemarks {
                    remarks: vec![remark],
                }),
                ..change.clone()
            };
            single.encode_to_vec().into()
        }));
    }
    if changes.len() < 2 {
        return Ok(vec![content]);
    }
    let single = |change| Content {
        payload: RawChangeList {
            changes: vec![change],
        }
        .encode_to_vec()
        .into(),
        group_body: None,
        ..content
    };
    Ok(changes.into_iter().map(single).collect())
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
