//! Administrators (protocol/04 §6.4).

use nekonap_ids::{GroupUin, Uid};

use crate::proto::admin::SetAdminRequest;

impl SetAdminRequest {
    /// Makes a member administrator, or a member again.
    pub fn new(group: GroupUin, member: Uid, set: bool) -> Self {
        Self {
            group: Some(group.get()),
            uid: Some(member.to_string()),
            set: Some(set),
        }
    }
}
