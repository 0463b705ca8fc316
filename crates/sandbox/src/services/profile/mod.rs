//! Accounts and what they say of themselves. protocol/04 §8

mod account;
mod set;

pub(crate) use account::{free_uid, settle};

use crate::http::Acts;

pub(crate) fn acts(acts: &mut Acts) {
    acts.world("create_account", account::create);
    acts.add("set_profile", set::act);
}
