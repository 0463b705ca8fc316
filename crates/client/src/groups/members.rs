//! The members of groups. protocol/04 §5.4

use std::sync::Arc;

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::groups::{GetMember, GetMembers, Member},
    proto::groups::MembersRequest,
};

use crate::{cache::Members, client::Client, error::CallError};

/// The most pages of a member list: 500 to a page, 3,000 to a group, and as much again.
const MOST_PAGES: usize = 16;

impl Client {
    /// A group's members: from memory, or from the server when nothing is there or `fresh` is wanted.
    ///
    /// # Errors
    /// The server refuses (one is not in that group) or does not answer.
    pub async fn members(&self, group: GroupUin, fresh: bool) -> Result<Arc<Members>, CallError> {
        if let Some(known) = self.inner.cache.members(group).filter(|_| !fresh) {
            return Ok(known);
        }
        let client = self.clone();
        let fetch = async move { client.fetch_members(group).await };
        self.inner
            .cache
            .member_fills
            .join(group, &self.inner.tasks, fetch)
            .await
    }

    async fn fetch_members(&self, group: GroupUin) -> Result<Arc<Members>, CallError> {
        let fetch = self.inner.cache.fetch();
        let session = self.inner.session()?;
        let mut members = Vec::new();
        let mut cookie = None;
        for _ in 0..MOST_PAGES {
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

    /// One member of a group; `None` where the group has no such member.
    ///
    /// # Errors
    /// The server refuses (one is not in that group) or does not answer.
    pub async fn member(
        &self,
        group: GroupUin,
        uin: Uin,
        fresh: bool,
    ) -> Result<Option<Member>, CallError> {
        let uid = self.inner.cache.people().uid(uin);
        let (true, Some(uid)) = (fresh, uid) else {
            return Ok(self.members(group, false).await?.get(uin));
        };
        let fetch = self.inner.cache.fetch();
        let request = MembersRequest::one(group, uid);
        let reply = self.inner.session()?.call::<GetMember>(&request).await?;
        let found = reply.members().find(|member| member.uin == uin);
        Ok(found.map(|found| self.inner.cache.keep_member(group, found, fetch)))
    }
}
