//! The friend list. protocol/04 §3.1

use crate::proto::friends::{Business, FriendsReply, Values};

/// The entry of [`Business`] that holds the properties.
const PROPERTIES: i32 = 1;

pub(super) fn friends(reply: &mut FriendsReply) {
    reply.is_end.get_or_insert_default();
    reply.time.get_or_insert_default();
    reply.self_uin.get_or_insert_default();
    for friend in &mut reply.friends {
        friend.uid.get_or_insert_default();
        friend.uin.get_or_insert_default();
        if friend.biz.is_empty() {
            friend.biz.push(Business {
                biz_type: Some(PROPERTIES),
                values: None,
            });
        }
        for business in &mut friend.biz {
            business.biz_type.get_or_insert_default();
            let Values { numbers, texts } = business.values.get_or_insert_default();
            for number in numbers {
                number.key.get_or_insert_default();
                number.value.get_or_insert_default();
            }
            for text in texts {
                text.key.get_or_insert_default();
                text.value.get_or_insert_default();
            }
        }
    }
}
