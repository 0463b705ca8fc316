//! Sending, taking back, reacting, poking. protocol/02 §4, §5, §9, protocol/04 §3.9.

use nekonap_ids::Sequence;
use prost::Message as _;

use crate::{
    bounded,
    command::{Command, DecodeError, Refusal, RefusalForm, ReplyError, commands},
    message::Outgoing,
    proto::messages::{
        PokeReply, PokeRequest, ReactionReply, ReactionRequest, ReactionsReply, ReactionsRequest,
        ReactorsReply, ReactorsRequest, RecallGroupReply, RecallGroupRequest, RecallPrivateDone,
        RecallPrivateReply, RecallPrivateRequest, SendReply, SendRequest,
    },
};

commands! {
    /// Sends a message, to a group, a friend, or somebody who shares a group. protocol/02 §4
    SendMessage;
    /// Takes a group message back. protocol/02 §5.1
    RecallGroupMessage;
    /// Takes a private message back. protocol/02 §5.2
    RecallPrivateMessage;
    /// Adds a reaction to a group message. protocol/02 §9.1
    AddReaction = 0x9082 / 1, ReactionRequest => ReactionReply;
    /// Takes a reaction back. protocol/02 §9.1
    RemoveReaction = 0x9082 / 2, ReactionRequest => ReactionReply;
    /// Who reacted with one face or emoji, page by page. protocol/02 §9.2
    GetReactors = 0x9083 / 1, ReactorsRequest => ReactorsReply;
    /// Which reactions a message has. protocol/02 §9.3
    GetReactions = 0x9084 / 1, ReactionsRequest => ReactionsReply;
    /// Pokes somebody, in a group or a private chat. protocol/04 §3.9
    Poke = 0xed3 / 1, PokeRequest => PokeReply;
}

/// A message was taken by the server. protocol/02 §4.2
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// When, unix seconds.
    pub time: u32,
    /// The shared sequence. `None`: a video that is still being prepared, or a message that was silently swallowed.
    pub sequence: Option<Sequence>,
    /// The completed throw of a dice or of rock-paper-scissors ([`ThrowResult`](crate::message::ThrowResult)).
    pub thrown: Option<Vec<u8>>,
    /// Whether it went to a group.
    pub group: bool,
}

impl Command for SendMessage {
    const NAME: &'static str = "MessageSvc.PbSendMsg";
    type Request = Outgoing;
    type Reply = Sent;

    fn encode_request(request: &Outgoing) -> Vec<u8> {
        request.encode().encode_to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<Outgoing, DecodeError> {
        Outgoing::decode(&bounded::decode::<SendRequest>(payload)?)
    }

    fn encode_reply(reply: &Sent) -> Vec<u8> {
        let sequence = reply.sequence.map(Sequence::get);
        SendReply {
            result: Some(0),
            err_msg: None,
            send_time: Some(reply.time),
            group_seq: sequence.filter(|_| reply.group),
            thrown: reply.thrown.clone().map(Into::into),
            private_seq: sequence.filter(|_| !reply.group),
        }
        .encode_to_vec()
    }

    fn decode_reply(payload: &[u8]) -> Result<Sent, ReplyError> {
        let reply: SendReply = bounded::decode(payload)?;
        Refusal::unless_done(reply.result, reply.err_msg)?;
        let real = |sequence: &u64| *sequence != 0;
        let group_seq = reply.group_seq.filter(real);
        Ok(Sent {
            time: reply.send_time.unwrap_or(0),
            sequence: group_seq
                .or(reply.private_seq.filter(real))
                .map(Sequence::new),
            thrown: reply.thrown.map(Into::into),
            group: group_seq.is_some(),
        })
    }

    fn encode_refusal(refusal: &Refusal) -> RefusalForm {
        RefusalForm::Body(
            SendReply {
                result: Some(refusal.narrow()),
                err_msg: Some(refusal.text.clone()),
                ..SendReply::default()
            }
            .encode_to_vec(),
        )
    }
}

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
