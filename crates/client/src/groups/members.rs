//! The members of groups. protocol/04 §5.4

use std::sync::Arc;

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::groups::{GetMember, GetMembers, Member},
    proto::groups::MembersRequest,
};

use crate::{cache::Members, client::Client, error::CallError};

/// Maximum number of pages that are read: twice the largest group (3,000 members, 500 per page), rounded up.
const MAX_PAGES: usize = 16;

impl Client {
    /// The members of a group: from the cache, or from the server if they are not cached or `fresh` is true.
    ///
    /// # Errors
    /// The server refuses (not in that group) or does not reply.
    pub async fn members(&self, group: GroupUin, fresh: bool) -> Result<Arc<Members>, CallError> {
        if let Some(known) = self.inner.cache.members(group).filter(|_| !fresh) {
            return Ok(known);
        }
        let client = self.clone();
        let fetch = async move { client.fetch_members(group).await };
        self.inner
            .cache
            .member_fetches
            .join(group, &self.inner.tasks, fetch)
            .await
    }

    async fn fetch_members(&self, group: GroupUin) -> Result<Arc<Members>, CallError> {
        let fetch = self.inner.cache.fetch();
        let session = self.inner.session()?;
        let mut members = Vec::new();
        let mut cookie = None;
        for _ in 0..MAX_PAGES {
            let request = MembersRequest::page(group, cookie.take());
            let mut reply = session.call::<GetMembers>(&request).await?;
            cookie = reply.next_page();
            members.extend(reply.members());
            if cookie.is_none() {
                break;
            }
        }
        let members = self.inner.cache.keep_members(group, members, fetch);
        if let Some(me) = self.me().and_then(|me| members.get(me.uin)) {
            self.inner.keep_own_name(me.uin, &me.nickname);
        }
        Ok(members)
    }

    /// One member of a group; `None` if the account is not a member. `fresh` bypasses the cache.
    ///
    /// # Errors
    /// The server refuses (not in that group) or does not reply.
    pub async fn member(
        &self,
        group: GroupUin,
        uin: Uin,
        fresh: bool,
    ) -> Result<Option<Member>, CallError> {
        let uid = self.inner.cache.people().uid(uin);
        let Some(uid) = uid.filter(|_| fresh) else {
            return Ok(self.members(group, fresh).await?.get(uin));
        };
        let fetch = self.inner.cache.fetch();
        let request = MembersRequest::one(group, uid);
        let reply = self.inner.session()?.call::<GetMember>(&request).await?;
        let found = reply.members().find(|member| member.uin == uin);
        Ok(found.map(|found| self.inner.cache.keep_member(group, found, fetch)))
    }
}
