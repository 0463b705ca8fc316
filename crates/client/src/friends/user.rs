//! What the server says about anybody, and which number and uid belong together. protocol/04 §2, §4

use nekonap_ids::{GroupUin, Uid, Uin};
use nekonap_wire::{
    commands::friends::{GetUserByUid, GetUserByUin, User},
    proto::friends::{ProfileByUidRequest, ProfileByUinRequest},
};

use crate::{client::Client, error::CallError};

impl Client {
    /// What the server says about somebody; `None` where there is no such account. Good for a minute, or `fresh`.
    ///
    /// # Errors
    /// The server refuses or does not answer.
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
            .user_fills
            .join(uin, &self.inner.tasks, fetch)
            .await
    }

    /// The number of a uid; `None` where there is no such account.
    ///
    /// # Errors
    /// The server refuses or does not answer.
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
            .uid_fills
            .join(uid, &self.inner.tasks, fetch)
            .await
    }

    /// The uid of a number: from what is known, else from the named group's members, the friends, and the members of
    /// every group. No command asks for it. protocol/04 §2
    ///
    /// # Errors
    /// [`CallError::Unknown`] where nobody was found; the server refuses or does not answer.
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
        // A profile by number may tell the uid as well.
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
