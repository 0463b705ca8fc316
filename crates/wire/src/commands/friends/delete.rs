//! Deleting a friend (protocol/04 §3.4).

use nekonap_ids::Uid;

use crate::proto::friends::{DeleteForm, DeleteFormMore, DeleteFriendRequest, DeletedFriend};

impl DeleteFriendRequest {
    /// Deletes a friend. `block`: the person cannot reach the account any more; `both`: also from the list of the other.
    pub fn new(uid: Uid, block: bool, both: bool) -> Self {
        Self {
            friend: Some(DeletedFriend {
                uid: Some(uid.to_string()),
                form: Some(DeleteForm {
                    field_1: Some(130),
                    field_2: Some(109),
                    field_3: Some(DeleteFormMore {
                        field_1: Some(8),
                        field_2: Some(8),
                        field_3: Some(50),
                    }),
                }),
                block: Some(block),
                both: Some(both),
            }),
        }
    }
}
