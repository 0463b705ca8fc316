//! Taking a message back. protocol/02 §5

use prost::Message as _;

use super::{RecallGroupMessage, RecallPrivateMessage};
use crate::{
    bounded,
    command::{Command, DecodeError, Refusal, RefusalForm, ReplyError},
    proto::messages::{
        RecallGroupReply, RecallGroupRequest, RecallPrivateDone, RecallPrivateReply,
        RecallPrivateRequest,
    },
};

impl Command for RecallGroupMessage {
    const NAME: &'static str = "trpc.msg.msg_svc.MsgService.SsoGroupRecallMsg";
    type Request = RecallGroupRequest;
    type Reply = ();

    fn encode_request(request: &RecallGroupRequest) -> Vec<u8> {
        request.encode_to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<RecallGroupRequest, DecodeError> {
        bounded::decode(payload)
    }

    fn encode_reply((): &()) -> Vec<u8> {
        RecallGroupReply {
            code: Some(0),
            text: Some("Success".to_owned()),
        }
        .encode_to_vec()
    }

    fn decode_reply(payload: &[u8]) -> Result<(), ReplyError> {
        let reply: RecallGroupReply = bounded::decode(payload)?;
        Ok(Refusal::unless_done(reply.code, reply.text)?)
    }

    fn encode_refusal(refusal: &Refusal) -> RefusalForm {
        RefusalForm::Body(
            RecallGroupReply {
                code: Some(refusal.narrow()),
                text: Some(refusal.text.clone()),
            }
            .encode_to_vec(),
        )
    }
}

impl Command for RecallPrivateMessage {
    const NAME: &'static str = "trpc.msg.msg_svc.MsgService.SsoC2CRecallMsg";
    type Request = RecallPrivateRequest;
    /// The recalled message, as the request named it.
    type Reply = RecallPrivateDone;

    fn encode_request(request: &RecallPrivateRequest) -> Vec<u8> {
        request.encode_to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<RecallPrivateRequest, DecodeError> {
        bounded::decode(payload)
    }

    // A success has neither code nor text, and is not empty either: one client takes each of these for a failure.
    fn encode_reply(reply: &RecallPrivateDone) -> Vec<u8> {
        RecallPrivateReply {
            field_3: Some(0),
            done: Some(*reply),
            ..RecallPrivateReply::default()
        }
        .encode_to_vec()
    }

    fn decode_reply(payload: &[u8]) -> Result<RecallPrivateDone, ReplyError> {
        let reply: RecallPrivateReply = bounded::decode(payload)?;
        Refusal::unless_done(reply.code, reply.text)?;
        Ok(reply.done.unwrap_or_default())
    }

    fn encode_refusal(refusal: &Refusal) -> RefusalForm {
        RefusalForm::Body(
            RecallPrivateReply {
                code: Some(refusal.narrow()),
                text: Some(refusal.text.clone()),
                ..RecallPrivateReply::default()
            }
            .encode_to_vec(),
        )
    }
}
