//! Keys to web pages. protocol/04 §9

pub(crate) mod keys;

use nekonap_wire::commands::credentials::{GetClientKey, GetWebKeys};

use crate::router::Router;

pub(crate) fn commands(router: &mut Router) {
    router.on::<GetWebKeys>(keys::page_keys);
    router.on::<GetClientKey>(keys::client_key);
}
