//! Folders of group files. protocol/03 §6.5

use nekonap_ids::GroupUin;
use nekonap_wire::{
    commands::files::{CreateGroupFolder, DeleteGroupFolder, RenameGroupFolder},
    proto::files::FolderRequest,
};

use super::GroupFolder;
use crate::{client::Client, error::CallError};

impl Client {
    /// Creates a folder in the root of a group's files. protocol/03 §6.5
    ///
    /// # Errors
    /// The server refuses (the name exists or is invalid, not allowed), returns no folder or does not reply.
    pub async fn create_group_folder(
        &self,
        group: GroupUin,
        name: &str,
    ) -> Result<GroupFolder, CallError> {
        let request = FolderRequest::create(group, name);
        let session = self.inner.session()?;
        let reply = session.call::<CreateGroupFolder>(&request).await?;
        let folder = reply.outcome()?;
        let folder = folder
            .ok_or_else(|| CallError::Malformed("the answer contains no folder".to_owned()))?;
        Ok(folder.into())
    }

    /// Deletes a folder of group files. protocol/03 §6.5
    ///
    /// # Errors
    /// The server refuses (no such folder, not empty, not allowed) or does not reply.
    pub async fn delete_group_folder(&self, group: GroupUin, id: &str) -> Result<(), CallError> {
        let request = FolderRequest::delete(group, id);
        let session = self.inner.session()?;
        let reply = session.call::<DeleteGroupFolder>(&request).await?;
        Ok(reply.outcome().map(drop)?)
    }

    /// Renames a folder of group files. protocol/03 §6.5
    ///
    /// # Errors
    /// The server refuses (no such folder, the name exists or is invalid, not allowed) or does not reply.
    pub async fn rename_group_folder(
        &self,
        group: GroupUin,
        id: &str,
        name: &str,
    ) -> Result<(), CallError> {
        let request = FolderRequest::rename(group, id, name);
        let session = self.inner.session()?;
        let reply = session.call::<RenameGroupFolder>(&request).await?;
        Ok(reply.outcome().map(drop)?)
    }
}
