//! Essence messages. protocol/02 §10

pub(crate) mod essence;

use nekonap_wire::commands::extras::{AddEssence, RemoveEssence};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<AddEssence>(essence::add);
    router.on::<RemoveEssence>(essence::remove);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("set_essence", essence::act_set);
    acts.add("remove_essence", essence::act_remove);
}
