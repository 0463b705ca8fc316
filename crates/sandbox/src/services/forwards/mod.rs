//! Merged forwards: their messages, stored under a resource id without being interpreted. protocol/02 §7

mod long;

use nekonap_wire::commands::forwards::{DownloadForward, UploadForward};

use crate::router::Router;

pub(crate) fn commands(router: &mut Router) {
    router.on::<UploadForward>(long::upload);
    router.on::<DownloadForward>(long::download);
}
