//! Leaving a group (protocol/04 §6.8).

use nekonap_ids::GroupUin;

use crate::proto::admin::LeaveRequest;

impl LeaveRequest {
    /// Leaves a group; the owner dismisses it.
    pub fn new(group: GroupUin) -> Self {
        Self {
            group: Some(group.get()),
        }
    }
}
