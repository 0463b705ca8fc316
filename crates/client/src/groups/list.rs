//! The groups that this account is in. protocol/04 §5.1

use std::sync::Arc;

use nekonap_ids::GroupUin;
use nekonap_wire::{
    commands::groups::{GetGroups, Group},
    proto::groups::GroupsRequest,
};

use crate::{client::Client, error::CallError};

impl Client {
    /// The groups: from memory, or from the server when nothing is there or `fresh` is wanted.
    ///
    /// # Errors
    /// The server refuses or does not answer.
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
            .group_fills
            .join((), &self.inner.tasks, fetch)
            .await
    }

    /// One group; `None` where the account is in no such group.
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn group(&self, group: GroupUin, fresh: bool) -> Result<Option<Group>, CallError> {
        let find = |groups: &[Group]| groups.iter().find(|one| one.uin == group).cloned();
        Ok(find(&self.groups(fresh).await?))
    }
}
