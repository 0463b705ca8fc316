//! Cards that the server makes. protocol/04 §11

mod contact;

use nekonap_wire::commands::cards::{GetGroupCard, GetPersonCard};

use crate::router::Router;

pub(crate) fn commands(router: &mut Router) {
    router.on::<GetPersonCard>(contact::person);
    router.on::<GetGroupCard>(contact::group);
}
