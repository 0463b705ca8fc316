//! Cards that the server makes. protocol/04 §11

mod contact;
mod mini_app;

use nekonap_wire::commands::cards::{GetGroupCard, GetPersonCard, MakeMiniAppCard};

use crate::router::Router;

pub(crate) fn commands(router: &mut Router) {
    router.on::<GetPersonCard>(contact::person);
    router.on::<GetGroupCard>(contact::group);
    router.on::<MakeMiniAppCard>(mini_app::make);
}
