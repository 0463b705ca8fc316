//! Going online, staying there and leaving. protocol/01 §4.

use bytes::Bytes;
use prost::Message as _;

use crate::{
    command::{Command, DecodeError, Header, ReplyError, commands},
    frame::LOCALE,
    login::{Device, Profile},
    proto::session::{
        AppStatus, DeviceInfo, HeartBeatReply, HeartBeatRequest, InfoSyncReply, InfoSyncRequest,
        KickNt, NormalConfig, NotifySwitches, PushParams, RegisterInfo, RegisterReply, SyncCookie,
        SyncPair, UnRegisterReply, UnRegisterRequest, sync_cookie,
    },
};

/// The text that says a client is online: in an [`InfoSync`]'s answer and in a [`Register`]'s.
pub const REGISTER_SUCCESS: &str = "register success";
/// The text that says a client is offline, in an [`UnRegister`]'s answer.
pub const UNREGISTER_SUCCESS: &str = "unregister success";

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

commands! {
    /// Goes online, as current clients do. protocol/01 §4.1
    InfoSync = "trpc.msg.register_proxy.RegisterProxy.SsoInfoSync", InfoSyncRequest => InfoSyncReply, complete info_synced;
    /// Goes online, as older clients do. protocol/01 §4.1
    Register = "trpc.qq_new_tech.status_svc.StatusService.Register", RegisterInfo => RegisterReply, complete registered;
    /// Keeps the session alive, every 270 s. protocol/01 §4.3
    SsoHeartBeat = "trpc.qq_new_tech.status_svc.StatusService.SsoHeartBeat", HeartBeatRequest => HeartBeatReply;
    /// Goes offline; the tickets stay good. protocol/01 §4.6
    UnRegister = "trpc.qq_new_tech.status_svc.StatusService.UnRegister", UnRegisterRequest => UnRegisterReply;
    /// Acknowledges a push, as some clients do; nobody needs it. protocol/01 §1.10, protocol/05 §1
    PushAck;
    /// Keeps the connection alive, every 10 to 15 s; good before log-in as well. protocol/01 §4.3
    Alive;
    /// Asks for nothing that anybody needs; answered like [`Alive`]. protocol/01 §4.3
    CorrectTime;
}

fn info_synced(reply: &mut InfoSyncReply) {
    let register = reply.register.get_or_insert_default();
    register.message.get_or_insert_default();
    register.time.get_or_insert_default();
}

fn registered(reply: &mut RegisterReply) {
    reply.message.get_or_insert_default();
    reply.time.get_or_insert_default();
}

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

/// What to send to go online with [`InfoSync`]. `random` is the client's to choose.
pub fn info_sync(profile: &Profile, device: &Device, random: u32) -> InfoSyncRequest {
    InfoSyncRequest {
        sync_flag: Some(735),
        random: Some(random),
        active_status: Some(2),
        group_last_message_time: Some(0),
        private_cookie: Some(SyncCookie {
            cookie_time: Some(sync_cookie::Time { seconds: Some(0) }),
            last_time: Some(0),
            last_cookie_time: Some(sync_cookie::Time { seconds: Some(0) }),
        }),
        normal_config: Some(NormalConfig::default()),
        register: Some(RegisterInfo {
            first_online: Some(1),
            vendor_type: Some(6),
            reg_type: Some(0),
            switches: Some(NotifySwitches {
                notify: Some(1),
                bind_uin_notify: Some(1),
            }),
            battery: Some(0),
            flag_12: Some(1),
            ..register(profile, device)
        }),
        flags: Some(SyncPair {
            key: Some(0),
            value: Some(2),
        }),
        app: Some(AppStatus {
            delay_request: Some(0),
            app_status: Some(0),
            silence: Some(0),
        }),
    }
}

/// What to send to go online with [`Register`].
pub fn register(profile: &Profile, device: &Device) -> RegisterInfo {
    RegisterInfo {
        guid: Some(device.guid.to_string().to_uppercase()),
        kick_pc: Some(0),
        version: Some(profile.version.clone()),
        first_online: Some(0),
        locale: Some(LOCALE),
        device: Some(DeviceInfo {
            name: Some(device.name.clone()),
            kernel: Some(profile.kernel.clone()),
            os_version: Some(device.os_version.clone()),
            vendor: Some(String::new()),
            os_lower: Some(profile.vendor_os.clone()),
        }),
        set_mute: Some(0),
        vendor_type: Some(0),
        reg_type: Some(1),
        switches: None,
        battery: None,
        flag_12: None,
    }
}

/// What to send to go offline with [`UnRegister`].
pub fn unregister() -> UnRegisterRequest {
    UnRegisterRequest {
        reg_type: Some(1),
        device: Some(DeviceInfo::default()),
        user_trigger: Some(1),
    }
}

impl Command for PushAck {
    const NAME: &'static str = "trpc.msg.olpush.OlPushService.SsoPushAck";
    /// Whatever the client puts there: readings differ.
    type Request = Bytes;
    type Reply = ();

    fn encode_request(request: &Bytes) -> Vec<u8> {
        request.to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<Bytes, DecodeError> {
        Ok(Bytes::copy_from_slice(payload))
    }

    fn encode_reply((): &()) -> Vec<u8> {
        Vec::new()
    }

    fn decode_reply(_payload: &[u8]) -> Result<(), ReplyError> {
        Ok(())
    }
}

/// The payload of both plain heartbeats: a length that counts only itself.
const EMPTY: [u8; 4] = [0, 0, 0, 4];

impl Command for Alive {
    const NAME: &'static str = "Heartbeat.Alive";
    const HEADER: Header = Header::Plain;
    type Request = ();
    type Reply = ();

    fn encode_request((): &()) -> Vec<u8> {
        EMPTY.to_vec()
    }

    fn decode_request(_payload: &[u8]) -> Result<(), DecodeError> {
        Ok(())
    }

    fn encode_reply((): &()) -> Vec<u8> {
        Vec::new()
    }

    fn decode_reply(_payload: &[u8]) -> Result<(), ReplyError> {
        Ok(())
    }
}

impl Command for CorrectTime {
    const NAME: &'static str = "Client.CorrectTime";
    const HEADER: Header = Header::Plain;
    type Request = ();
    type Reply = ();

    fn encode_request((): &()) -> Vec<u8> {
        EMPTY.to_vec()
    }

    fn decode_request(_payload: &[u8]) -> Result<(), DecodeError> {
        Ok(())
    }

    fn encode_reply((): &()) -> Vec<u8> {
        Vec::new()
    }

    fn decode_reply(_payload: &[u8]) -> Result<(), ReplyError> {
        Ok(())
    }
}
