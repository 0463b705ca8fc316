//! Accounts, their profiles and their online status. protocol/04 §8

mod account;
mod set;
pub(crate) mod status;

pub(crate) use account::{ensure_account, free_uid};

use nekonap_wire::commands::profile::{SetProfile, SetStatus};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<SetProfile>(set::command);
    router.on::<SetStatus>(status::command);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.world("create_account", account::create);
    acts.world("create_robot", account::create_robot);
    acts.add("set_profile", set::act);
}
