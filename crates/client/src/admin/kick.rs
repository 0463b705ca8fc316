//! Removing members. protocol/04 §6.7

use nekonap_ids::{GroupUin, Uid, Uin};
use nekonap_wire::{commands::admin::KickMembers, proto::admin::KickRequest};

use crate::{client::Client, error::CallError};

impl Client {
    /// Removes members from a group, all in one request. With `forever`, the group refuses their future applications.
    /// protocol/04 §6.7
    ///
    /// # Errors
    /// [`CallError::Unknown`] if one of them is unknown; the server refuses (members of lower rank only) or does not reply.
    pub async fn kick(
        &self,
        group: GroupUin,
        members: &[Uin],
        forever: bool,
    ) -> Result<(), CallError> {
        let mut uids: Vec<Uid> = Vec::with_capacity(members.len());
        for member in members {
            uids.push(self.uid_of(*member, Some(group)).await?);
        }
        let request = KickRequest::new(group, &uids, forever);
        self.inner.session()?.call::<KickMembers>(&request).await?;
        self.inner.cache.forget_members(group);
        self.inner.cache.forget_groups();
        Ok(())
    }
}
