//! Merged forwards (protocol/02 §7).

mod merged;

pub use merged::{pack, unpack};

use crate::{
    command::commands,
    proto::forwards::{DownloadReply, DownloadRequest, UploadReply, UploadRequest},
};

commands! {
    /// Stores messages under a resource id. protocol/02 §7.1
    UploadForward = "trpc.group.long_msg_interface.MsgService.SsoSendLongMsg", UploadRequest => UploadReply, complete merged::uploaded;
    /// Fetches the messages of a resource id. protocol/02 §7.2
    DownloadForward = "trpc.group.long_msg_interface.MsgService.SsoRecvLongMsg", DownloadRequest => DownloadReply, complete merged::downloaded;
}
