//! One-way friends. protocol/04 §3.10

use nekonap_wire::{
    commands::friends::{GetOneWayFriends, OneWayFriend},
    proto::friends::JsonRequest,
};

use crate::{client::Client, error::CallError};

impl Client {
    /// People who have the account in their friend list and are not in its own; at most 99.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn one_way_friends(&self) -> Result<Vec<OneWayFriend>, CallError> {
        let me = self.me().ok_or(CallError::Offline)?;
        let request = JsonRequest::one_way_friends(me.uin);
        let session = self.inner.session()?;
        let reply = session.call::<GetOneWayFriends>(&request).await?;
        let friends = reply.one_way_friends()?;
        for friend in &friends {
            if let Some(uid) = friend.uid {
                self.inner.cache.learn(friend.uin, uid);
            }
        }
        Ok(friends)
    }
}
