//! History and read reports. protocol/02 §6, §8

mod page;
mod read;

pub use page::MOST_MESSAGES;

use crate::{
    command::commands,
    proto::history::{
        PeerSequenceReply, PeerSequenceRequest, ReadReply, ReadRequest, RoamReply, RoamRequest,
    },
};

commands! {
    /// A group's messages, by sequence. protocol/02 §6.1
    GetGroupMessages;
    /// A private chat's messages, by sequence. protocol/02 §6.2
    GetPrivateMessages;
    /// A private chat's messages, by time. protocol/02 §6.3
    GetRoamMessages = "trpc.msg.register_proxy.RegisterProxy.SsoGetRoamMsg", RoamRequest => RoamReply;
    /// A private chat's newest sequence. protocol/02 §6.4
    GetPeerSequence = "trpc.msg.msg_svc.MsgService.SsoGetPeerSeq", PeerSequenceRequest => PeerSequenceReply;
    /// Says how far conversations have been read. protocol/02 §8
    ReportRead = "trpc.msg.msg_svc.MsgService.SsoReadedReport", ReadRequest => ReadReply;
}
