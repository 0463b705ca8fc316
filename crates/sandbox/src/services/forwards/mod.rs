//! Merged forwards: their messages, stored under a resource id without being interpreted. protocol/02 §7

mod merged;

use nekonap_wire::commands::forwards::{DownloadForward, UploadForward};

use crate::router::Router;

pub(crate) fn commands(router: &mut Router) {
    router.on::<UploadForward>(merged::upload);
    router.on::<DownloadForward>(merged::download);
}
