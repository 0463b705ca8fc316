//! Going online with tickets: those of a saved session, or those that a log-in has just given. `protocol/01` §4.1.

use nekonap_wire::{
    commands::session::{InfoSync, REGISTER_SUCCESS},
    login::{Device, Profile},
    proto::session::{
        AppStatus, DeviceInfo, InfoSyncRequest, NormalConfig, NotifySwitches, RegisterInfo,
        SyncCookie, SyncPair, sync_cookie::Time,
    },
};

use crate::{error::CallError, session::Session};

/// What the server says to a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Registered {
    /// Online.
    Yes,
    /// These tickets are of no more use; the server's words.
    No(String),
}

/// The sync flag that current clients send.
const SYNC_FLAG: u32 = 735;
/// "Active", of the status a client goes online with.
const ACTIVE: u32 = 2;
/// zh-CN.
const LOCALE: u32 = 2052;
/// The vendor type of desktop clients in `SsoInfoSync`.
const VENDOR_TYPE: u32 = 6;

/// Registers the session's account as online.
///
/// # Errors
/// A broken connection or no answer; a server that says no is none.
pub(crate) async fn register(
    session: &Session,
    profile: &Profile,
    device: &Device,
) -> Result<Registered, CallError> {
    match session.call::<InfoSync>(&request(profile, device)).await {
        Ok(reply) => {
            let message = reply
                .register
                .and_then(|register| register.message)
                .unwrap_or_default();
            Ok(if message == REGISTER_SUCCESS {
                Registered::Yes
            } else {
                Registered::No(message)
            })
        }
        Err(CallError::Refused(refusal)) => Ok(Registered::No(refusal.to_string())),
        Err(error) => Err(error),
    }
}

fn request(profile: &Profile, device: &Device) -> InfoSyncRequest {
    InfoSyncRequest {
        sync_flag: Some(SYNC_FLAG),
        random: Some(rand::random()),
        active_status: Some(ACTIVE),
        group_last_message_time: Some(0),
        private_cookie: Some(SyncCookie {
            cookie_time: Some(Time { seconds: Some(0) }),
            last_time: Some(0),
            last_cookie_time: Some(Time { seconds: Some(0) }),
        }),
        normal_config: Some(NormalConfig::default()),
        register: Some(RegisterInfo {
            guid: Some(device.guid.to_string().to_uppercase()),
            kick_pc: Some(0),
            version: Some(profile.version.clone()),
            first_online: Some(1),
            locale: Some(LOCALE),
            device: Some(device_info(profile, device)),
            set_mute: Some(0),
            vendor_type: Some(VENDOR_TYPE),
            reg_type: Some(0),
            switches: Some(NotifySwitches {
                notify: Some(1),
                bind_uin_notify: Some(1),
            }),
            battery: Some(0),
            flag_12: Some(1),
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

/// The device as registering and unregistering have it.
pub(crate) fn device_info(profile: &Profile, device: &Device) -> DeviceInfo {
    DeviceInfo {
        name: Some(device.name.clone()),
        kernel: Some(profile.kernel.clone()),
        os_version: Some(device.os_version.clone()),
        vendor: Some(String::new()),
        os_lower: Some(profile.vendor_os.clone()),
    }
}
