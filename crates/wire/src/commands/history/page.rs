//! Messages by sequence. protocol/02 §6

use prost::Message as _;

use super::{GetGroupMessages, GetPrivateMessages};
use crate::{
    bounded,
    command::{Command, DecodeError, Refusal, RefusalForm, ReplyError},
    proto::history::{
        GroupHistory, GroupHistoryReply, GroupHistoryRequest, PrivateHistoryReply,
        PrivateHistoryRequest,
    },
};

/// The most messages of one call. protocol/02 §6.5
pub const MOST_MESSAGES: u64 = 30;

impl Command for GetGroupMessages {
    const NAME: &'static str = "trpc.msg.register_proxy.RegisterProxy.SsoGetGroupMsg";
    type Request = GroupHistoryRequest;
    type Reply = GroupHistory;

    fn encode_request(request: &GroupHistoryRequest) -> Vec<u8> {
        request.encode_to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<GroupHistoryRequest, DecodeError> {
        bounded::decode(payload)
    }

    fn encode_reply(reply: &GroupHistory) -> Vec<u8> {
        // What was asked is repeated even where it is zero (protocol/01 §9.1).
        let mut history = reply.clone();
        history.group.get_or_insert_default();
        history.start.get_or_insert_default();
        history.end.get_or_insert_default();
        GroupHistoryReply {
            retcode: Some(0),
            message: None,
            history: Some(history),
        }
        .encode_to_vec()
    }

    fn decode_reply(payload: &[u8]) -> Result<GroupHistory, ReplyError> {
        let reply: GroupHistoryReply = bounded::decode(payload)?;
        Refusal::unless_done(reply.retcode, reply.message)?;
        let history = reply.history.unwrap_or_default();
        Refusal::unless_done(history.retcode, history.message.clone())?;
        Ok(history)
    }

    fn encode_refusal(refusal: &Refusal) -> RefusalForm {
        RefusalForm::Body(
            GroupHistoryReply {
                retcode: Some(refusal.narrow()),
                message: Some(refusal.text.clone()),
                // Asked for or not, these are wanted (protocol/01 §9.1).
                history: Some(GroupHistory {
                    retcode: Some(refusal.narrow()),
                    group: Some(0),
                    start: Some(0),
                    end: Some(0),
                    ..GroupHistory::default()
                }),
            }
            .encode_to_vec(),
        )
    }
}

impl Command for GetPrivateMessages {
    const NAME: &'static str = "trpc.msg.register_proxy.RegisterProxy.SsoGetC2cMsg";
    type Request = PrivateHistoryRequest;
    type Reply = PrivateHistoryReply;

    fn encode_request(request: &PrivateHistoryRequest) -> Vec<u8> {
        request.encode_to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<PrivateHistoryRequest, DecodeError> {
        bounded::decode(payload)
    }

    fn encode_reply(reply: &PrivateHistoryReply) -> Vec<u8> {
        reply.encode_to_vec()
    }

    fn decode_reply(payload: &[u8]) -> Result<PrivateHistoryReply, ReplyError> {
        let reply: PrivateHistoryReply = bounded::decode(payload)?;
        Refusal::unless_done(reply.retcode, reply.message.clone())?;
        Ok(reply)
    }

    fn encode_refusal(refusal: &Refusal) -> RefusalForm {
        RefusalForm::Body(
            PrivateHistoryReply {
                retcode: Some(refusal.narrow()),
                message: Some(refusal.text.clone()),
                ..PrivateHistoryReply::default()
            }
            .encode_to_vec(),
        )
    }
}
