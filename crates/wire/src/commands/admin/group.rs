//! Changes of a group (protocol/04 §6.1, §6.6).

use nekonap_ids::GroupUin;

use crate::proto::admin::{ChangeGroupRequest, GroupRecord};

impl ChangeGroupRequest {
    /// `mute_all` of a muted group.
    pub const MUTED: u32 = u32::MAX;

    /// For [`ChangeGroup`](super::ChangeGroup): mutes the whole group, or lifts that mute.
    pub fn mute_all(group: GroupUin, muted: bool) -> Self {
        Self::new(
            group,
            GroupRecord {
                mute_all: Some(if muted { Self::MUTED } else { 0 }),
                ..GroupRecord::default()
            },
        )
    }

    /// For [`RenameGroup`](super::RenameGroup).
    pub fn name(group: GroupUin, name: String) -> Self {
        Self::new(
            group,
            GroupRecord {
                name: Some(name),
                ..GroupRecord::default()
            },
        )
    }

    fn new(group: GroupUin, record: GroupRecord) -> Self {
        Self {
            group: Some(group.get()),
            record: Some(record),
        }
    }
}
