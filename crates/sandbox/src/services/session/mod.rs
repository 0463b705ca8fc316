//! Log-in, going online, heartbeats and going offline. protocol/01 §3, §4

mod devices;
pub(crate) mod login;
pub(crate) mod online;

use nekonap_wire::commands::session::{InfoSync, PushAck, Register, SsoHeartBeat, UnRegister};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<InfoSync>(online::info_sync);
    router.on::<Register>(online::register);
    router.on::<SsoHeartBeat>(online::heart_beat);
    router.on::<UnRegister>(online::unregister);
    router.on::<PushAck>(|_, _, _| Ok(()));
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.phone("scan_login", login::scan);
    acts.phone("confirm_login", login::confirm);
    acts.phone("cancel_login", login::cancel);
    acts.phone("device_online", devices::online);
    acts.phone("device_offline", devices::offline);
}
