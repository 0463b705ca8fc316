//! The friend list. protocol/04 §3.1

use std::sync::Arc;

use nekonap_ids::Uin;
use nekonap_wire::{
    commands::friends::{Category, Friend, GetFriends},
    proto::friends::FriendsRequest,
};

use crate::{client::Client, error::CallError};

/// The friends, in the server's order, and the categories they are put in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FriendList {
    /// The categories, by their sort id.
    pub categories: Vec<Category>,
    /// The friends, without the account itself.
    pub friends: Vec<Friend>,
}

/// The most pages of a friend list: more friends than QQ allows.
const MOST_PAGES: usize = 64;

impl FriendList {
    /// The friend with this number.
    pub fn friend(&self, uin: Uin) -> Option<&Friend> {
        self.friends.iter().find(|friend| friend.uin == uin)
    }
}

impl Client {
    /// The friends: from memory, or from the server when nothing is there or `fresh` is wanted.
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn friends(&self, fresh: bool) -> Result<Arc<FriendList>, CallError> {
        if let Some(known) = self.inner.cache.friends().filter(|_| !fresh) {
            return Ok(known);
        }
        let client = self.clone();
        let fetch = async move { client.fetch_friends().await };
        self.inner
            .cache
            .friend_fills
            .join((), &self.inner.tasks, fetch)
            .await
    }

    async fn fetch_friends(&self) -> Result<Arc<FriendList>, CallError> {
        let fetch = self.inner.cache.fetch();
        let session = self.inner.session()?;
        let me = self.inner.myself()?;
        let mut list = FriendList::default();
        let mut cookie = None;
        for _ in 0..MOST_PAGES {
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
