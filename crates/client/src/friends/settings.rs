//! The account's own remark and category for a friend, and deleting a friend. protocol/04 §3.4, §3.5

use nekonap_ids::Uin;
use nekonap_wire::{
    commands::friends::{DeleteFriend, SetFriendCategory, SetFriendRemark},
    proto::friends::{DeleteFriendRequest, FriendCategoryRequest, FriendRemarkRequest},
};

use crate::{cache::FriendUpdate, client::Client, error::CallError};

impl Client {
    /// Sets the account's own remark for a friend; `""` removes it. protocol/04 §3.5
    ///
    /// # Errors
    /// [`CallError::Unknown`] if the friend has no known uid; the server refuses (not a friend; the remark is too long)
    /// or does not reply.
    pub async fn set_friend_remark(&self, friend: Uin, remark: String) -> Result<(), CallError> {
        let uid = self.uid_of(friend, None).await?;
        let request = FriendRemarkRequest::new(uid, remark.clone());
        let session = self.inner.session()?;
        session.call::<SetFriendRemark>(&request).await?;
        let update = FriendUpdate::Remark(remark);
        self.inner.cache.update_friend(friend, update);
        Ok(())
    }

    /// Moves a friend to a category; 0 is the default category. protocol/04 §3.5
    ///
    /// # Errors
    /// [`CallError::Unknown`] if the friend has no known uid; the server refuses (not a friend; no such category) or
    /// does not reply.
    pub async fn set_friend_category(&self, friend: Uin, category: u32) -> Result<(), CallError> {
        let uid = self.uid_of(friend, None).await?;
        let request = FriendCategoryRequest::new(uid, category);
        let session = self.inner.session()?;
        session.call::<SetFriendCategory>(&request).await?;
        let update = FriendUpdate::Category(category);
        self.inner.cache.update_friend(friend, update);
        Ok(())
    }

    /// Deletes a friend. `block`: the person cannot reach the account any more; `both`: also from the friend list of the
    /// other. protocol/04 §3.4
    ///
    /// # Errors
    /// [`CallError::Unknown`] if the friend has no known uid; the server refuses (not a friend) or does not reply.
    pub async fn delete_friend(
        &self,
        friend: Uin,
        block: bool,
        both: bool,
    ) -> Result<(), CallError> {
        let uid = self.uid_of(friend, None).await?;
        let request = DeleteFriendRequest::new(uid, block, both);
        let session = self.inner.session()?;
        session.call::<DeleteFriend>(&request).await?;
        let update = FriendUpdate::Deleted;
        self.inner.cache.update_friend(friend, update);
        Ok(())
    }
}
