//! Groups and their members. protocol/04 §5

mod create;
mod details;
mod list;
mod members;

use nekonap_wire::commands::groups::{
    GetGroupDetails, GetGroups, GetMember, GetMembers, GetOtherGroupDetails,
};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<GetGroups>(list::command);
    router.on::<GetGroupDetails>(details::command);
    router.on::<GetOtherGroupDetails>(details::of_other);
    router.on::<GetMembers>(members::command);
    router.on::<GetMember>(members::command);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("create_group", create::act);
}
