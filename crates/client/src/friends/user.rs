//! User profiles, and lookups between account numbers and uids. protocol/04 §2, §4

use nekonap_ids::{GroupUin, Uid, Uin};
use nekonap_wire::{
    commands::friends::{GetUserByUid, GetUserByUin, GetUsersByUid, User},
    proto::friends::{ProfileByUidRequest, ProfileByUinRequest, ProfilesByUidRequest},
};

use crate::{client::Client, error::CallError};

impl Client {
    /// The profile of an account; `None` if the account does not exist. Cached for 60 s; `fresh` bypasses the cache.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn user(&self, uin: Uin, fresh: bool) -> Result<Option<User>, CallError> {
        if let Some(known) = self.inner.cache.user(uin).filter(|_| !fresh) {
            return Ok(Some(known));
        }
        let client = self.clone();
        let fetch = async move {
            let begun = client.inner.cache.fetch();
            let request = ProfileByUinRequest::new(uin);
            let reply = client
                .inner
                .session()?
                .call::<GetUserByUin>(&request)
                .await?;
            let Some(user) = reply.user(uin) else {
                return Ok(None);
            };
            let user = client.inner.cache.keep_user(user, begun);
            client.inner.keep_own_name(user.uin, &user.nickname);
            Ok(Some(user))
        };
        self.inner
            .cache
            .user_fetches
            .join(uin, &self.inner.tasks, fetch)
            .await
    }

    /// The account number of a uid; `None` if the account does not exist.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn uin_of(&self, uid: &Uid) -> Result<Option<Uin>, CallError> {
        if let Some(known) = self.inner.cache.people().uin(uid) {
            return Ok(Some(known));
        }
        let (client, uid) = (self.clone(), *uid);
        let fetch = async move {
            let request = ProfileByUidRequest::new(uid);
            let reply = client
                .inner
                .session()?
                .call::<GetUserByUid>(&request)
                .await?;
            let uin = reply.uin();
            if let Some(uin) = uin {
                client.inner.cache.learn(uin, uid);
            }
            Ok(uin)
        };
        self.inner
            .cache
            .uid_fetches
            .join(uid, &self.inner.tasks, fetch)
            .await
    }

    /// Looks up the account numbers of several uids, up to 300 in a request, and caches them for
    /// [`uin_of`](Self::uin_of). Cached uids are skipped; unknown uids stay unknown. protocol/04 §2
    ///
    /// # Errors
    /// The server refuses or does not reply; the numbers of earlier requests stay cached.
    pub async fn look_up(&self, uids: &[Uid]) -> Result<(), CallError> {
        let people = self.inner.cache.people();
        let mut unknown: Vec<Uid> = uids.to_vec();
        unknown.retain(|uid| people.uin(uid).is_none());
        unknown.sort_unstable();
        unknown.dedup();
        for page in unknown.chunks(ProfilesByUidRequest::MAX_UIDS) {
            let request = ProfilesByUidRequest::numbers_of(page);
            let reply = self
                .inner
                .session()?
                .call::<GetUsersByUid>(&request)
                .await?;
            for (uid, uin) in reply.numbers() {
                self.inner.cache.learn(uin, uid);
            }
        }
        Ok(())
    }

    /// The uid of an account number. No command looks it up directly (protocol/04 §2), so this searches the cache, the
    /// members of the group `near`, the friends, the profile of the account, and the members of all groups.
    ///
    /// # Errors
    /// [`CallError::Unknown`] if no uid was found; the server refuses or does not reply.
    pub async fn uid_of(&self, uin: Uin, near: Option<GroupUin>) -> Result<Uid, CallError> {
        let known = || self.inner.cache.people().uid(uin);
        if let Some(uid) = known() {
            return Ok(uid);
        }
        if let Some(group) = near {
            self.members(group, false).await?;
        }
        if known().is_none() {
            self.friends(false).await?;
        }
        // A profile may contain the uid.
        if known().is_none() {
            self.user(uin, false).await?;
        }
        if known().is_none() {
            for group in self.groups(false).await?.iter() {
                self.members(group.uin, false).await?;
                if known().is_some() {
                    break;
                }
            }
        }
        known().ok_or(CallError::Unknown(uin))
    }
}
