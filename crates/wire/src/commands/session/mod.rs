//! Going online, staying there and leaving. protocol/01 §4

mod alive;
mod online;
mod pushes;

pub use online::{REGISTER_SUCCESS, UNREGISTER_SUCCESS};
pub use pushes::{
    CONFIG_PUSH, INFO_SYNC_PUSH, KICK_NT, MSG_PUSH, PUSH_PARAMS, encode_kick, encode_push_params,
};

use crate::{
    command::commands,
    proto::session::{
        HeartBeatReply, HeartBeatRequest, InfoSyncReply, InfoSyncRequest, RegisterInfo,
        RegisterReply, UnRegisterReply, UnRegisterRequest,
    },
};

commands! {
    /// Goes online, as current clients do. protocol/01 §4.1
    InfoSync = "trpc.msg.register_proxy.RegisterProxy.SsoInfoSync", InfoSyncRequest => InfoSyncReply, complete online::info_synced;
    /// Goes online, as older clients do. protocol/01 §4.1
    Register = "trpc.qq_new_tech.status_svc.StatusService.Register", RegisterInfo => RegisterReply, complete online::registered;
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
