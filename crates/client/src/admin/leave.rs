//! Leaving a group. protocol/04 §6.8

use nekonap_ids::GroupUin;
use nekonap_wire::{commands::admin::LeaveGroup, proto::admin::LeaveRequest};

use crate::{client::Client, error::CallError};

impl Client {
    /// Leaves a group; the owner dismisses it. protocol/04 §6.8
    ///
    /// # Errors
    /// The server refuses (not in that group) or does not reply.
    pub async fn leave_group(&self, group: GroupUin) -> Result<(), CallError> {
        let request = LeaveRequest::new(group);
        self.inner.session()?.call::<LeaveGroup>(&request).await?;
        self.inner.cache.forget_groups();
        self.inner.cache.forget_members(group);
        Ok(())
    }
}
