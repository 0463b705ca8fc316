//! Sending messages (protocol/02 §4).

use nekonap_ids::Sequence;
use prost::Message as _;

use super::SendMessage;
use crate::{
    bounded,
    command::{Command, DecodeError, Refusal, RefusalForm, ReplyError},
    message::Outgoing,
    proto::messages::{SendReply, SendRequest},
};

/// Confirmation that the server accepted a message (protocol/02 §4.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendReceipt {
    /// Time of sending, Unix seconds.
    pub time: u32,
    /// Shared sequence. `None` for a video that is still being processed, or a message that the server silently
    /// discarded.
    pub sequence: Option<Sequence>,
    /// Result of a throw of dice or rock-paper-scissors ([`ThrowResult`](crate::message::ThrowResult)).
    pub thrown: Option<Vec<u8>>,
    /// Whether the message was sent to a group.
    pub group: bool,
}

impl Command for SendMessage {
    const NAME: &'static str = "MessageSvc.PbSendMsg";
    type Request = Outgoing;
    type Reply = SendReceipt;

    fn encode_request(request: &Outgoing) -> Vec<u8> {
        request.encode().encode_to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<Outgoing, DecodeError> {
        Outgoing::decode(&bounded::decode::<SendRequest>(payload)?)
    }

    fn encode_reply(reply: &SendReceipt) -> Vec<u8> {
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

    fn decode_reply(payload: &[u8]) -> Result<SendReceipt, ReplyError> {
        let reply: SendReply = bounded::decode(payload)?;
        Refusal::check_code(reply.result, reply.err_msg)?;
        let real = |sequence: &u64| *sequence != 0;
        let group_seq = reply.group_seq.filter(real);
        Ok(SendReceipt {
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
