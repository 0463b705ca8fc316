//! The account's own remark for a group (protocol/04 §6.1).

use nekonap_ids::GroupUin;

use crate::proto::admin::{GroupRemark, RemarkRequest};

impl RemarkRequest {
    /// Sets the remark; `""` removes it.
    pub fn new(group: GroupUin, text: String) -> Self {
        Self {
            remark: Some(GroupRemark {
                group: Some(group.get()),
                text: Some(text),
            }),
        }
    }
}
