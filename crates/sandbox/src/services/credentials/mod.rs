//! Keys to web pages. protocol/04 §9

pub(crate) mod keys;

use nekonap_wire::commands::credentials::GetWebKeys;

use crate::router::Router;

pub(crate) fn commands(router: &mut Router) {
    router.on::<GetWebKeys>(keys::command);
}
