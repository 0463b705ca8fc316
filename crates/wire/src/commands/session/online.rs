//! Going online and going offline (protocol/01 §4.1, §4.6).

use crate::{
    frame::LOCALE,
    login::{Device, Profile},
    proto::session::{
        AppStatus, DeviceInfo, InfoSyncReply, InfoSyncRequest, NormalConfig, NotifySwitches,
        RegisterInfo, RegisterReply, SyncCookie, SyncPair, UnRegisterReply, UnRegisterRequest,
        info_sync_reply, sync_cookie,
    },
};

/// Success text in the replies to [`InfoSync`](super::InfoSync) and [`Register`](super::Register).
pub const REGISTER_SUCCESS: &str = "register success";
/// Success text in the reply to [`UnRegister`](super::UnRegister).
pub const UNREGISTER_SUCCESS: &str = "unregister success";

pub(super) fn info_synced(reply: &mut InfoSyncReply) {
    let register = reply.register.get_or_insert_default();
    register.message.get_or_insert_default();
    register.time.get_or_insert_default();
}

pub(super) fn registered(reply: &mut RegisterReply) {
    reply.message.get_or_insert_default();
    reply.time.get_or_insert_default();
}

impl InfoSyncRequest {
    /// Goes online with this client release on this device. `random` is a random number that the client chooses.
    pub fn new(profile: &Profile, device: &Device, random: u32) -> Self {
        Self {
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
                ..RegisterInfo::new(profile, device)
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
}

impl RegisterInfo {
    /// Goes online with this client release on this device.
    pub fn new(profile: &Profile, device: &Device) -> Self {
        Self {
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
}

impl UnRegisterRequest {
    /// Goes offline because the user wants it; the tickets stay valid.
    pub fn new() -> Self {
        Self {
            reg_type: Some(1),
            device: Some(DeviceInfo::default()),
            user_trigger: Some(1),
        }
    }
}

impl InfoSyncReply {
    /// For a server: the account is online since `time` (Unix seconds).
    pub fn online(time: u32) -> Self {
        Self {
            flag_3: Some(0),
            flag_4: Some(0),
            flag_6: Some(0),
            register: Some(info_sync_reply::Register {
                message: Some(REGISTER_SUCCESS.to_owned()),
                time: Some(time),
            }),
            flag_9: None,
        }
    }

    /// Text of a failure; `None` if the account is online.
    pub fn refused(&self) -> Option<&str> {
        let text = self
            .register
            .as_ref()
            .and_then(|register| register.message.as_deref());
        Some(text.unwrap_or_default()).filter(|text| *text != REGISTER_SUCCESS)
    }
}

impl RegisterReply {
    /// For a server: the account is online since `time` (Unix seconds).
    pub fn online(time: u32) -> Self {
        Self {
            message: Some(REGISTER_SUCCESS.to_owned()),
            time: Some(time),
            flag_4: None,
            flag_5: None,
        }
    }
}

impl UnRegisterReply {
    /// For a server: the account is offline.
    pub fn offline() -> Self {
        Self {
            message: Some(UNREGISTER_SUCCESS.to_owned()),
        }
    }
}
