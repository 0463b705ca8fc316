//! Mutes of members (protocol/04 §6.5).

use nekonap_ids::{GroupUin, Uid};

use crate::proto::admin::{MuteEntry, MuteRequest};

impl MuteRequest {
    /// Mutes one member for this many seconds; 0 lifts the mute.
    pub fn new(group: GroupUin, member: Uid, seconds: u32) -> Self {
        Self {
            group: Some(group.get()),
            count: Some(1),
            entries: vec![MuteEntry {
                uid: Some(member.to_string()),
                seconds: Some(seconds),
            }],
        }
    }
}
