//! Friends, likes and profiles. protocol/04 §3, §4

mod delete;
mod likes;
mod list;
mod login_days;
mod one_way;
mod presence;
mod settings;
#[cfg(test)]
mod tests;
mod user;

use nekonap_wire::commands::friends::{
    DeleteFriend, GetFriendStatuses, GetFriends, GetLikeTotals, GetLikes, GetLoginDays,
    GetOneWayFriends, GetUserByUid, GetUserByUin, GetUsersByUid, SendLikes, SetFriendCategory,
    SetFriendRemark, SetFriendRemarkOther,
};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<GetFriends>(list::command);
    router.on_by_uin::<GetUserByUin>(user::by_uin);
    router.on::<GetUserByUid>(user::by_uid);
    router.on::<GetUsersByUid>(user::several_by_uid);
    router.on::<GetFriendStatuses>(presence::command);
    router.on::<SetFriendRemark>(settings::remark);
    router.on::<SetFriendRemarkOther>(settings::remark);
    router.on::<SetFriendCategory>(settings::category);
    router.on::<DeleteFriend>(delete::command);
    router.on::<GetOneWayFriends>(one_way::command);
    router.on::<GetLoginDays>(login_days::command);
    router.on::<SendLikes>(likes::send);
    router.on::<GetLikeTotals>(likes::totals);
    router.on::<GetLikes>(likes::people);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("delete_friend", delete::act);
    acts.add("set_remark", settings::act_remark);
    acts.add("set_category", settings::act_category);
    acts.add("create_category", settings::act_create);
    acts.add("like_profile", likes::act);
}
