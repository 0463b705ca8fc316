//! The name of a group, and the account's own remark for it. protocol/04 §6.1

use nekonap_ids::GroupUin;
use nekonap_wire::{
    commands::admin::{RenameGroup, SetGroupRemark},
    proto::admin::{ChangeGroupRequest, RemarkRequest},
};

use crate::{client::Client, error::CallError};

impl Client {
    /// Renames a group. protocol/04 §6.1
    ///
    /// # Errors
    /// The server refuses (owner and administrators only; the name is too long) or does not reply.
    pub async fn rename_group(&self, group: GroupUin, name: String) -> Result<(), CallError> {
        let request = ChangeGroupRequest::name(group, name);
        self.inner.session()?.call::<RenameGroup>(&request).await?;
        self.inner.cache.forget_groups();
        Ok(())
    }

    /// Sets the account's own remark for a group; `""` removes it. protocol/04 §6.1
    ///
    /// # Errors
    /// The server refuses (not in that group) or does not reply.
    pub async fn set_group_remark(&self, group: GroupUin, text: String) -> Result<(), CallError> {
        let request = RemarkRequest::new(group, text);
        let session = self.inner.session()?;
        session.call::<SetGroupRemark>(&request).await?;
        self.inner.cache.forget_groups();
        Ok(())
    }
}
