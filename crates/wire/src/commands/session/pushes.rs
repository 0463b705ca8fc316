//! Command names of pushes, and the bodies of pushes that concern the session (protocol/01 §4.2, §4.4).

use prost::Message as _;

use crate::proto::session::{InfoSyncPush, KickNt, PushParams, push_params};

/// Command of the push with live messages and notices (`docs/protocol/05-events.md`).
pub const MSG_PUSH: &str = "trpc.msg.olpush.OlPushService.MsgPush";
/// Command of the push that ends a session: [`KickNt`]. protocol/01 §4.4
pub const KICK_NT: &str = "trpc.qq_new_tech.status_svc.StatusService.KickNT";
/// Command of the push with the account's devices: [`PushParams`]. protocol/01 §4.2
pub const PUSH_PARAMS: &str = "trpc.msg.register_proxy.RegisterProxy.PushParams";
/// Command of the push with the state of the account's groups: [`InfoSyncPush`]. protocol/05 §6.2
pub const INFO_SYNC_PUSH: &str = "trpc.msg.register_proxy.RegisterProxy.InfoSyncPush";
/// Command of a legacy configuration push; clients ignore it. protocol/01 §1.10
pub const CONFIG_PUSH: &str = "ConfigPushSvc.PushReq";

/// Encodes the body of a [`KICK_NT`] push, with all fields that protocol/01 §9.1 requires.
pub fn encode_kick(kick: &KickNt) -> Vec<u8> {
    let mut kick = kick.clone();
    kick.uin.get_or_insert_default();
    kick.tips.get_or_insert_default();
    kick.title.get_or_insert_default();
    kick.encode_to_vec()
}

/// Encodes the body of a [`PUSH_PARAMS`] push, with all fields that protocol/01 §9.1 requires.
pub fn encode_push_params(params: &PushParams) -> Vec<u8> {
    let mut params = params.clone();
    for device in &mut params.devices {
        device.instance_id.get_or_insert_default();
        device.platform_name.get_or_insert_default();
        device.device_name.get_or_insert_default();
    }
    params.encode_to_vec()
}

/// Encodes the body of an [`INFO_SYNC_PUSH`], with all fields that protocol/01 §9.1 requires.
pub fn encode_info_sync(sync: &InfoSyncPush) -> Vec<u8> {
    let mut sync = sync.clone();
    sync.push_flag.get_or_insert_default();
    sync.push_seq.get_or_insert_default();
    for group in &mut sync.groups {
        group.group.get_or_insert_default();
        group.latest_seq.get_or_insert_default();
        group.read_seq.get_or_insert_default();
        group.mask.get_or_insert_default();
        group.name.get_or_insert_default();
    }
    sync.encode_to_vec()
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
