//! How often everybody may still be mentioned (protocol/04 §7.3).

use nekonap_ids::{GroupUin, Uin};

use crate::proto::admin::EverybodyRequest;

impl EverybodyRequest {
    /// For the account `me`.
    pub fn new(group: GroupUin, me: Uin) -> Self {
        Self {
            sub_command: Some(1),
            person_limit: Some(2),
            group_limit: Some(1),
            uin: Some(me.get()),
            group: Some(group.get()),
        }
    }
}
