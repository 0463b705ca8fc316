//! The account's own remark and category for a friend (protocol/04 §3.5).

use nekonap_ids::Uid;

use crate::proto::friends::{FriendCategoryRequest, FriendRemarkRequest};

impl FriendRemarkRequest {
    /// Sets the remark; `""` removes it.
    pub fn new(uid: Uid, remark: String) -> Self {
        Self {
            uid: Some(uid.to_string()),
            remark: Some(remark),
        }
    }
}

impl FriendCategoryRequest {
    /// Moves a friend to a category; 0 is the default category.
    pub fn new(uid: Uid, category: u32) -> Self {
        Self {
            uid: Some(uid.to_string()),
            category: Some(category),
        }
    }
}
