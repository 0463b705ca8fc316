//! Lists of group files, and the space in use. protocol/03 §6.6, §6.7

use nekonap_ids::GroupUin;
use nekonap_wire::{
    commands::files::{CountGroupFiles, GetGroupFileSpace, ListGroupFiles},
    proto::files::ListRequest,
};

use super::{GroupFile, GroupFileSpace, GroupFolder};
use crate::{client::Client, error::CallError};

/// Entries of a page.
const PAGE: u32 = 100;

impl Client {
    /// The newest entries of a folder, at most `limit` of them: its folders and its files. `/` is the root. protocol/03 §6.6
    ///
    /// # Errors
    /// The server refuses (no such folder, not in that group) or does not reply.
    pub async fn group_files(
        &self,
        group: GroupUin,
        folder: &str,
        limit: usize,
    ) -> Result<(Vec<GroupFile>, Vec<GroupFolder>), CallError> {
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        let mut next = Some(0);
        while let Some(start) = next {
            let left = limit.saturating_sub(files.len() + folders.len());
            if left == 0 {
                break;
            }
            let count = u32::try_from(left).unwrap_or(PAGE).min(PAGE);
            let request = ListRequest::page(group, folder, start, count);
            let session = self.inner.session()?;
            let page = session
                .call::<ListGroupFiles>(&request)
                .await?
                .page(start)?;
            files.extend(page.files);
            folders.extend(page.folders);
            next = page.next;
        }
        // A server can return more entries than were requested.
        folders.truncate(limit);
        files.truncate(limit - folders.len());
        Ok((files, folders))
    }

    /// How many files a group has, and the space that they take. protocol/03 §6.7
    ///
    /// # Errors
    /// The server refuses (not in that group) or does not reply.
    pub async fn group_file_space(&self, group: GroupUin) -> Result<GroupFileSpace, CallError> {
        let session = self.inner.session()?;
        let (count, space) = (ListRequest::count(group), ListRequest::space(group));
        let (counted, measured) = tokio::try_join!(
            session.call::<CountGroupFiles>(&count),
            session.call::<GetGroupFileSpace>(&space),
        )?;
        let (files, max_files) = counted.count()?;
        let (used, total) = measured.space()?;
        Ok(GroupFileSpace {
            files,
            max_files,
            used,
            total,
        })
    }
}
