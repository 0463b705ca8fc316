//! History and read marks. protocol/02 §6, §8

mod page;
mod read;

use nekonap_wire::commands::history::{
    GetGroupMessages, GetPeerSequence, GetPrivateMessages, GetRoamMessages, ReportRead,
};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<GetGroupMessages>(page::of_group);
    router.on::<GetPrivateMessages>(page::of_chat);
    router.on::<GetRoamMessages>(page::by_time);
    router.on::<GetPeerSequence>(page::newest);
    router.on::<ReportRead>(read::command);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("mark_read", read::act);
}
