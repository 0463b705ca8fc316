//! Which friends are online. protocol/04 §3.8

use std::collections::HashSet;

use nekonap_ids::Uin;
use nekonap_wire::{commands::friends::GetFriendStatuses, proto::friends::FriendStatusesRequest};

use crate::{client::Client, error::CallError};

impl Client {
    /// The friends who are online now. Invisible friends are not among them.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn online_friends(&self) -> Result<HashSet<Uin>, CallError> {
        let me = self.me().ok_or(CallError::Offline)?;
        let request = FriendStatusesRequest::new(me.uid);
        let session = self.inner.session()?;
        let reply = session.call::<GetFriendStatuses>(&request).await?;
        let people = self.inner.cache.people();
        Ok(reply.online().filter_map(|uid| people.uin(&uid)).collect())
    }
}
