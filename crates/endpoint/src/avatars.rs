//! Addresses of avatars, which need no cookies (protocol/04 §10.2).

use nekonap_ids::{GroupUin, Uin};

/// The avatar of a user, 640 pixels wide.
pub(crate) fn of_user(user: Uin) -> String {
    format!("https://q1.qlogo.cn/g?b=qq&nk={user}&s=640")
}

/// The avatar of a group, 640 pixels wide.
pub(crate) fn of_group(group: GroupUin) -> String {
    format!("https://p.qlogo.cn/gh/{group}/{group}/640")
}
