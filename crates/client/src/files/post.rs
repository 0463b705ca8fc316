//! Group files as messages, and copies of them elsewhere. protocol/03 §6.8

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::{
    commands::files::{CopyGroupFile, PostGroupFile},
    proto::files::FeedRequest,
};

use super::CopiedFile;
use crate::{client::Client, error::CallError};

impl Client {
    /// Posts a file that the group has as a message of this account. Unless it is 0, `random` is the random number of the
    /// message; the message itself arrives as an event. Returns the sequence of the message if the server names it.
    /// protocol/03 §6.8
    ///
    /// # Errors
    /// The server refuses (no such file, muted) or does not reply. [`CallError::maybe_delivered`] returns whether the message may
    /// have been posted.
    pub async fn post_group_file(
        &self,
        group: GroupUin,
        business: u32,
        id: &str,
        random: u32,
    ) -> Result<Option<Sequence>, CallError> {
        let request = FeedRequest::post(group, business, id, random);
        let session = self.inner.session()?;
        Ok(session.call::<PostGroupFile>(&request).await?.posted()?)
    }

    /// Copies a group file to another group, where the server posts it as a message of this account. protocol/03 §6.8
    ///
    /// # Errors
    /// The server refuses (no such file, not in one of the groups, no space) or does not reply.
    pub async fn copy_group_file_to_group(
        &self,
        from: GroupUin,
        business: u32,
        (id, name): (&str, &str),
        to: GroupUin,
    ) -> Result<CopiedFile, CallError> {
        let request = FeedRequest::copy_to_group(from, business, id, (to, name));
        let session = self.inner.session()?;
        Ok(session.call::<CopyGroupFile>(&request).await?.copied()?)
    }

    /// Copies a group file to a friend, to whom the server sends it as a message of this account. protocol/03 §6.8
    ///
    /// # Errors
    /// The server refuses (no such file, not a friend) or does not reply.
    pub async fn copy_group_file_to_friend(
        &self,
        from: GroupUin,
        business: u32,
        (id, name): (&str, &str),
        to: Uin,
    ) -> Result<CopiedFile, CallError> {
        let request = FeedRequest::copy_to_friend(from, business, id, (to, name));
        let session = self.inner.session()?;
        Ok(session.call::<CopyGroupFile>(&request).await?.copied()?)
    }
}
