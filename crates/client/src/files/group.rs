//! Group files: one file, its address, deleting, renaming, moving, making permanent. protocol/03 §6.3, §6.4, §6.7, §6.8

use nekonap_ids::GroupUin;
use nekonap_wire::{
    command::Refusal,
    commands::files::{
        DeleteGroupFile, DownloadGroupFile, GetGroupFile, MakeGroupFilePermanent, MoveGroupFile,
        PERMANENT, RenameGroupFile, TEMPORARY,
    },
    proto::files::{FeedRequest, GroupFileRequest, ListRequest},
};

use super::{GroupFile, named};
use crate::{client::Client, error::CallError};

impl Client {
    /// A file of a group by its id. protocol/03 §6.7
    ///
    /// # Errors
    /// The server refuses (no such file, not in that group) or does not reply.
    pub async fn group_file(&self, group: GroupUin, id: &str) -> Result<GroupFile, CallError> {
        // The id does not tell which kind of file it is, but the request has to.
        let mut refused = None;
        for business in [PERMANENT, TEMPORARY] {
            let request = ListRequest::info(group, business, id);
            let session = self.inner.session()?;
            match session.call::<GetGroupFile>(&request).await?.file() {
                Ok(file) => {
                    return Ok(GroupFile {
                        business: if file.business == 0 {
                            business
                        } else {
                            file.business
                        },
                        ..file
                    });
                }
                Err(refusal) => refused = refused.or(Some(refusal)),
            }
        }
        Err(refused.unwrap_or_else(|| Refusal::new(-1, "")).into())
    }

    /// Address of a group file; its end is the name. It is valid for a limited time. protocol/03 §6.3
    ///
    /// # Errors
    /// The server refuses (no such file, not in that group), returns no address or does not reply.
    pub async fn group_file_url(
        &self,
        group: GroupUin,
        business: u32,
        (id, name): (&str, &str),
    ) -> Result<String, CallError> {
        let request = GroupFileRequest::download(group, business, id);
        let session = self.inner.session()?;
        let reply = session.call::<DownloadGroupFile>(&request).await?;
        let result = reply.downloaded()?;
        let address = result
            .address(self.inner.config.web.is_none())
            .ok_or_else(|| CallError::Malformed("the answer contains no address".to_owned()))?;
        Ok(named(address, name))
    }

    /// Deletes a group file. `folder`: the one that the file is in. protocol/03 §6.4
    ///
    /// # Errors
    /// The server refuses (no such file, not allowed) or does not reply.
    pub async fn delete_group_file(
        &self,
        group: GroupUin,
        business: u32,
        (folder, id): (&str, &str),
    ) -> Result<(), CallError> {
        let request = GroupFileRequest::delete(group, business, folder, id);
        let session = self.inner.session()?;
        Ok(session.call::<DeleteGroupFile>(&request).await?.outcome()?)
    }

    /// Renames a group file. `folder`: the one that the file is in. protocol/03 §6.4
    ///
    /// # Errors
    /// The server refuses (no such file, not allowed, an invalid name) or does not reply.
    pub async fn rename_group_file(
        &self,
        group: GroupUin,
        business: u32,
        (folder, id): (&str, &str),
        name: &str,
    ) -> Result<(), CallError> {
        let request = GroupFileRequest::rename(group, business, folder, id, name);
        let session = self.inner.session()?;
        Ok(session.call::<RenameGroupFile>(&request).await?.outcome()?)
    }

    /// Moves a group file from one folder to another; `/` is the root. protocol/03 §6.4
    ///
    /// # Errors
    /// The server refuses (no such file or folder, not allowed) or does not reply.
    pub async fn move_group_file(
        &self,
        group: GroupUin,
        business: u32,
        id: &str,
        (from, to): (&str, &str),
    ) -> Result<(), CallError> {
        let request = GroupFileRequest::move_to(group, business, id, (from, to));
        let session = self.inner.session()?;
        Ok(session.call::<MoveGroupFile>(&request).await?.outcome()?)
    }

    /// Makes a temporary group file permanent. protocol/03 §6.8
    ///
    /// # Errors
    /// The server refuses (no such file, not allowed, no space) or does not reply.
    pub async fn make_group_file_permanent(
        &self,
        group: GroupUin,
        id: &str,
    ) -> Result<(), CallError> {
        let request = FeedRequest::make_permanent(group, id);
        let session = self.inner.session()?;
        Ok(session
            .call::<MakeGroupFilePermanent>(&request)
            .await?
            .made_permanent()?)
    }
}
