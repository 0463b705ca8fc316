//! Going online, staying online and going offline (protocol/01 §4).

mod alive;
mod online;
mod pushes;

pub use online::{REGISTER_SUCCESS, UNREGISTER_SUCCESS};
pub use pushes::{
    CONFIG_PUSH, INFO_SYNC_PUSH, KICK_NT, MSG_PUSH, PUSH_PARAMS, encode_info_sync, encode_kick,
    encode_push_params,
};

use crate::{
    command::commands,
    proto::session::{
        HeartBeatReply, HeartBeatRequest, InfoSyncReply, InfoSyncRequest, RegisterInfo,
        RegisterReply, UnRegisterReply, UnRegisterRequest,
    },
};

commands! {
    /// Goes online, used by current clients. protocol/01 §4.1
    InfoSync = "trpc.msg.register_proxy.RegisterProxy.SsoInfoSync", InfoSyncRequest => InfoSyncReply, complete online::info_synced;
    /// Goes online, used by older clients. protocol/01 §4.1
    Register = "trpc.qq_new_tech.status_svc.StatusService.Register", RegisterInfo => RegisterReply, complete online::registered;
    /// Keeps the session alive, every 270 s. protocol/01 §4.3
    SsoHeartBeat = "trpc.qq_new_tech.status_svc.StatusService.SsoHeartBeat", HeartBeatRequest => HeartBeatReply;
    /// Goes offline; the tickets stay valid. protocol/01 §4.6
    UnRegister = "trpc.qq_new_tech.status_svc.StatusService.UnRegister", UnRegisterRequest => UnRegisterReply;
    /// Acknowledges a push. Some clients send it, but it is not required. protocol/01 §1.10, protocol/05 §1
    PushAck;
    /// Keeps the connection alive, every 10 to 15 s; also allowed before log-in. protocol/01 §4.3
    Alive;
    /// Time request of some clients, answered like [`Alive`]. protocol/01 §4.3
    CorrectTime;
}
