//! Accounts and their profiles. protocol/04 §8

mod account;
mod set;

pub(crate) use account::{ensure_account, free_uid};

use crate::http::Acts;

pub(crate) fn acts(acts: &mut Acts) {
    acts.world("create_account", account::create);
    acts.add("set_profile", set::act);
}
