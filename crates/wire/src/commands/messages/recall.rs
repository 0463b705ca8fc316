//! Taking a message back. protocol/02 §5

use nekonap_ids::{GroupUin, Sequence, Uid};
use prost::Message as _;

use super::{RecallGroupMessage, RecallPrivateMessage};
use crate::{
    bounded,
    command::{Command, DecodeError, Refusal, RefusalForm, ReplyError},
    field::Required,
    message::message_uid,
    proto::messages::{
        RecallGroupFlags, RecallGroupReply, RecallGroupRequest, RecallGroupTarget,
        RecallPrivateDone, RecallPrivateFlags, RecallPrivateReply, RecallPrivateRequest,
        RecallPrivateTarget,
    },
};

/// The `type` of every recall.
const TYPE: u32 = 1;

impl RecallGroupRequest {
    /// Takes a group message back. A `random` of 0 is not known, and is left out.
    pub fn new(group: GroupUin, sequence: Sequence, random: u32) -> Self {
        Self {
            r#type: Some(TYPE),
            group_uin: Some(group.get()),
            target: Some(RecallGroupTarget {
                sequence: Some(sequence.get()),
                random: Some(random).filter(|random| *random != 0),
                field_3: Some(0),
            }),
            flags: Some(RecallGroupFlags { field_1: Some(0) }),
        }
    }

    /// Which message.
    ///
    /// # Errors
    /// A field that is missing or holds no id, named.
    pub fn message(&self) -> Result<(GroupUin, Sequence), DecodeError> {
        let target = self.target.as_ref();
        Ok((
            self.group_uin.required("group_uin")?,
            target
                .and_then(|target| target.sequence)
                .required("sequence")?,
        ))
    }
}

/// What a private recall says of its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrivateTarget {
    /// The sequence that both sides share.
    pub sequence: Sequence,
    /// The number that the sender's client gave it.
    pub client_sequence: u32,
    /// Its random; 0 where it is not known.
    pub random: u32,
    /// When it was said, unix seconds.
    pub time: u32,
}

impl RecallPrivateRequest {
    /// Takes back a message that this account said to `peer`.
    pub fn new(peer: Uid, target: PrivateTarget) -> Self {
        Self {
            r#type: Some(TYPE),
            target_uid: Some(peer.to_string()),
            target: Some(RecallPrivateTarget {
                client_seq: Some(u64::from(target.client_sequence)),
                random: Some(target.random),
                msg_uid: Some(message_uid(target.random)),
                time: Some(target.time),
                field_5: Some(0),
                nt_seq: Some(target.sequence.get()),
            }),
            flags: Some(RecallPrivateFlags {
                field_1: Some(false),
                field_2: Some(false),
            }),
            field_6: Some(false),
        }
    }

    /// Which message. What is absent is 0: clients name it by either sequence.
    pub fn message(&self) -> PrivateTarget {
        let target = self.target.unwrap_or_default();
        let client_sequence = target.client_seq.unwrap_or(0);
        PrivateTarget {
            sequence: Sequence::new(target.nt_seq.unwrap_or(0)),
            client_sequence: u32::try_from(client_sequence).unwrap_or(0),
            random: target.random.unwrap_or(0),
            time: target.time.unwrap_or(0),
        }
    }
}

impl RecallPrivateDone {
    /// The answer to a request: it repeats the request's message.
    pub fn new(request: &RecallPrivateRequest) -> Self {
        Self {
            target: request.target,
        }
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
