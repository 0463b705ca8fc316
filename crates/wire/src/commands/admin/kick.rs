//! Removal of members (protocol/04 §6.7).

use nekonap_ids::{GroupUin, Uid};

use crate::proto::admin::KickRequest;

impl KickRequest {
    /// Removes members. With `forever`, the group refuses their future applications.
    pub fn new(group: GroupUin, members: &[Uid], forever: bool) -> Self {
        Self {
            group: Some(group.get()),
            flag: Some(0),
            uids: members.iter().map(Uid::to_string).collect(),
            forever: Some(forever),
            reason: Some(String::new()),
        }
    }
}
