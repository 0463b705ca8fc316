//! People's own stickers. protocol/03 §8.3

pub(crate) mod face;
pub(crate) mod market;

use nekonap_wire::commands::faces::{GetMarketKeys, OperateFaces};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<OperateFaces>(face::command);
    router.on::<GetMarketKeys>(market::keys);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.phone("save_face", face::act_save);
}
