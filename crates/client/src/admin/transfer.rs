//! Hands groups over to other members. protocol/04 §6.8

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{commands::admin::TransferGroup, message::Role, proto::admin::TransferRequest};

use crate::{client::Client, error::CallError};

impl Client {
    /// Makes a member the owner of a group that the account owns; the account is an ordinary member then.
    ///
    /// # Errors
    /// [`CallError::Unknown`] if the member is unknown; the server refuses (owner only) or does not reply.
    pub async fn transfer_group(&self, group: GroupUin, to: Uin) -> Result<(), CallError> {
        let me = self.inner.myself()?.uin;
        let from_uid = self.uid_of(me, Some(group)).await?;
        let to_uid = self.uid_of(to, Some(group)).await?;
        let request = TransferRequest::new(group, from_uid, to_uid);
        let session = self.inner.session()?;
        session.call::<TransferGroup>(&request).await?.outcome()?;
        let cache = &self.inner.cache;
        cache.change_one(group, me, |member| member.role = Role::Member);
        cache.change_one(group, to, |member| member.role = Role::Owner);
        cache.forget_groups();
        Ok(())
    }
}
