//! The groups of this account. protocol/04 §5.1

use std::sync::Arc;

use nekonap_ids::GroupUin;
use nekonap_wire::{
    commands::groups::{GetGroups, Group},
    proto::groups::GroupsRequest,
};

use crate::{client::Client, error::CallError};

impl Client {
    /// The groups of the account: from the cache, or from the server if they are not cached or `fresh` is true.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn groups(&self, fresh: bool) -> Result<Arc<Vec<Group>>, CallError> {
        if let Some(known) = self.inner.cache.groups().filter(|_| !fresh) {
            return Ok(known);
        }
        let client = self.clone();
        let fetch = async move {
            let fetch = client.inner.cache.fetch();
            let reply = client
                .inner
                .session()?
                .call::<GetGroups>(&GroupsRequest::all())
                .await?;
            let groups = Arc::new(reply.joined().collect());
            client.inner.cache.keep_groups(&groups, fetch);
            Ok(groups)
        };
        self.inner
            .cache
            .group_fetches
            .join((), &self.inner.tasks, fetch)
            .await
    }

    /// One group of the account; `None` if the account is not in it. `fresh` bypasses the cache.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn group(&self, group: GroupUin, fresh: bool) -> Result<Option<Group>, CallError> {
        let find = |groups: &[Group]| groups.iter().find(|one| one.uin == group).cloned();
        Ok(find(&self.groups(fresh).await?))
    }
}
