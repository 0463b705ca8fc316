//! Merged forwards: their messages, stored unread under a resource id. protocol/02 §7

mod long;

use nekonap_wire::commands::forwards::{DownloadForward, UploadForward};

use crate::router::Router;

pub(crate) fn commands(router: &mut Router) {
    router.on::<UploadForward>(long::upload);
    router.on::<DownloadForward>(long::download);
}
