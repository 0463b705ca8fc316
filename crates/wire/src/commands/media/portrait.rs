//! The picture of a group: the extension of its upload, and the internal numbers of groups (protocol/03 §8.2).

use nekonap_ids::GroupUin;

use crate::proto::media::{GroupPortraitExt, GroupPortraitField};

/// What internal numbers are made of: the first and last millions of visible numbers, and what is added to the millions.
const MILLIONS: [(u64, u64, u64); 7] = [
    (0, 10, 202),
    (11, 19, 469),
    (20, 66, 2_080),
    (67, 156, 1_943),
    (157, 209, 1_990),
    (210, 309, 3_890),
    (310, 499, 3_490),
];
const MILLION: u64 = 1_000_000;

/// The internal number of a group. From 500,000,000 on it is the visible number.
pub fn internal_group(group: GroupUin) -> u64 {
    let (millions, rest) = (group.get() / MILLION, group.get() % MILLION);
    let added = MILLIONS
        .iter()
        .find(|(first, last, _)| (*first..=*last).contains(&millions))
        .map_or(0, |(.., added)| *added);
    (millions + added) * MILLION + rest
}

impl GroupPortraitExt {
    /// The extension of an upload for a group.
    pub fn new(group: GroupUin) -> Self {
        Self::of_number(internal_group(group))
    }

    /// The extension with the visible number, as several clients send it.
    pub fn of_number(group: u64) -> Self {
        Self {
            field_1: Some(101),
            group: Some(group),
            field_3: Some(GroupPortraitField { field_1: Some(1) }),
            field_5: Some(3),
            field_6: Some(1),
        }
    }
}
