//! History and read reports (protocol/02 §6, §8).

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
    /// Fetches messages of a group by sequence. protocol/02 §6.1
    GetGroupMessages;
    /// Fetches messages of a private chat by sequence. protocol/02 §6.2
    GetPrivateMessages;
    /// Fetches messages of a private chat by time. protocol/02 §6.3
    GetRoamMessages = "trpc.msg.register_proxy.RegisterProxy.SsoGetRoamMsg", RoamRequest => RoamReply;
    /// Requests the newest sequence of a private chat. protocol/02 §6.4
    GetPeerSequence = "trpc.msg.msg_svc.MsgService.SsoGetPeerSeq", PeerSequenceRequest => PeerSequenceReply;
    /// Reports up to which message conversations are read. protocol/02 §8
    ReportRead = "trpc.msg.msg_svc.MsgService.SsoReadedReport", ReadRequest => ReadReply;
}
