//! What the server pushes about the session itself, and the names that pushes travel under. protocol/01 §4.2, §4.4

use prost::Message as _;

use crate::proto::session::{KickNt, PushParams, push_params};

/// The command of the push that carries every live message and notice (`docs/protocol/05-events.md`).
pub const MSG_PUSH: &str = "trpc.msg.olpush.OlPushService.MsgPush";
/// The command of the push that ends a session: [`KickNt`]. protocol/01 §4.4
pub const KICK_NT: &str = "trpc.qq_new_tech.status_svc.StatusService.KickNT";
/// The command of the push that lists the account's devices: [`PushParams`].
/// protocol/01 §4.2
pub const PUSH_PARAMS: &str = "trpc.msg.register_proxy.RegisterProxy.PushParams";
/// The command of the push of what was missed. protocol/05 §6.2
pub const INFO_SYNC_PUSH: &str = "trpc.msg.register_proxy.RegisterProxy.InfoSyncPush";
/// The command of a legacy push of configuration, to be ignored. protocol/01 §1.10
pub const CONFIG_PUSH: &str = "ConfigPushSvc.PushReq";

/// The body of a [`KICK_NT`] push, with everything that protocol/01 §9.1 wants of it.
pub fn encode_kick(kick: &KickNt) -> Vec<u8> {
    let mut kick = kick.clone();
    kick.uin.get_or_insert_default();
    kick.tips.get_or_insert_default();
    kick.title.get_or_insert_default();
    kick.encode_to_vec()
}

/// The body of a [`PUSH_PARAMS`] push, with everything that protocol/01 §9.1 wants of it.
pub fn encode_push_params(params: &PushParams) -> Vec<u8> {
    let mut params = params.clone();
    for device in &mut params.devices {
        device.instance_id.get_or_insert_default();
        device.platform_name.get_or_insert_default();
        device.device_name.get_or_insert_default();
    }
    params.encode_to_vec()
}

impl PushParams {
    /// The complete list of an account's devices.
    pub fn new(devices: Vec<push_params::Device>) -> Self {
        Self {
            devices,
            guild: Some(push_params::Guild {
                flag_1: Some(0),
                flag_2: Some(0),
            }),
            error: Some(String::new()),
            storage_time: Some(0),
        }
    }
}
