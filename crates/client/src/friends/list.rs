//! The friend list. protocol/04 §3.1

use std::sync::Arc;

use nekonap_ids::Uin;
use nekonap_wire::{
    commands::friends::{Category, Friend, GetFriends},
    proto::friends::FriendsRequest,
};

use crate::{client::Client, error::CallError};

/// The friends of the account and their categories.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FriendList {
    /// Categories, in the order of their sort ids.
    pub categories: Vec<Category>,
    /// Friends in the server's order, without the account itself.
    pub friends: Vec<Friend>,
}

/// Maximum number of pages that are read; QQ allows fewer friends than these hold.
const MAX_PAGES: usize = 64;

impl FriendList {
    /// The friend with this account number.
    pub fn friend(&self, uin: Uin) -> Option<&Friend> {
        self.friends.iter().find(|friend| friend.uin == uin)
    }
}

impl Client {
    /// The friend list: from the cache, or from the server if it is not cached or `fresh` is true.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn friends(&self, fresh: bool) -> Result<Arc<FriendList>, CallError> {
        if let Some(known) = self.inner.cache.friends().filter(|_| !fresh) {
            return Ok(known);
        }
        let client = self.clone();
        let fetch = async move { client.fetch_friends().await };
        self.inner
            .cache
            .friend_fetches
            .join((), &self.inner.tasks, fetch)
            .await
    }

    async fn fetch_friends(&self) -> Result<Arc<FriendList>, CallError> {
        let fetch = self.inner.cache.fetch();
        let session = self.inner.session()?;
        let me = self.inner.myself()?;
        let mut list = FriendList::default();
        let mut cookie = None;
        for _ in 0..MAX_PAGES {
            let reply = session
                .call::<GetFriends>(&FriendsRequest::page(cookie.take()))
                .await?;
            for friend in reply.friends() {
                if friend.uin == me.uin {
                    let cache = &self.inner.cache;
                    let nickname = cache.name(friend.uin, friend.uid, &friend.nickname, fetch.at);
                    self.inner.keep_own_name(me.uin, &nickname);
                } else {
                    list.friends.push(friend);
                }
            }
            for category in reply.categories() {
                if list.categories.iter().all(|known| known.id != category.id) {
                    list.categories.push(category);
                }
            }
            cookie = reply.next_page();
            if cookie.is_none() {
                break;
            }
        }
        list.categories.sort_by_key(|category| category.sort_id);
        Ok(self.inner.cache.keep_friends(list, fetch))
    }
}
