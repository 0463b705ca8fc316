//! Friends and profiles. protocol/04 §3, §4

mod delete;
mod list;
mod user;

use nekonap_wire::commands::friends::{GetFriends, GetUserByUid, GetUserByUin, GetUsersByUid};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<GetFriends>(list::command);
    router.on_by_uin::<GetUserByUin>(user::by_uin);
    router.on::<GetUserByUid>(user::by_uid);
    router.on::<GetUsersByUid>(user::several_by_uid);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("delete_friend", delete::act);
}
