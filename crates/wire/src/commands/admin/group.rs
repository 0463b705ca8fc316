//! Changes of a group (protocol/04 §6.1, §6.6, §6.10).

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

    /// For [`ChangeGroup`](super::ChangeGroup): how people join. `option`: 1 anybody, 2 after approval, 3 nobody, 4 with
    /// the answer to a question, 5 with an answer and approval.
    pub fn join_option(
        group: GroupUin,
        option: u32,
        question: Option<String>,
        answer: Option<String>,
    ) -> Self {
        Self::new(
            group,
            GroupRecord {
                join_option: Some(option),
                question,
                answer,
                ..GroupRecord::default()
            },
        )
    }

    /// For [`ChangeGroup`](super::ChangeGroup): 1 hides the group from searches for words or for its number, 0 shows it.
    /// `None` changes nothing.
    pub fn search(group: GroupUin, words: Option<u32>, number: Option<u32>) -> Self {
        Self::new(
            group,
            GroupRecord {
                no_finger_open: words,
                no_code_finger_open: number,
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
