//! Recalls (protocol/02 §5).

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

/// `type` of every recall.
const TYPE: u32 = 1;

impl RecallGroupRequest {
    /// Recalls a group message. A `random` of 0 means unknown and is not written.
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

    /// Group and sequence of the message.
    ///
    /// # Errors
    /// [`DecodeError`] with the name of a field that is missing or not a valid id.
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

/// Message that a private recall refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrivateTarget {
    /// Shared sequence.
    pub sequence: Sequence,
    /// Client sequence of the sender.
    pub client_sequence: u32,
    /// Random of the message; 0 if unknown.
    pub random: u32,
    /// Time of sending, Unix seconds.
    pub time: u32,
}

impl RecallPrivateRequest {
    /// Recalls a message that this account sent to `peer`.
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

    /// The message to recall. Absent fields are 0, because clients send either sequence.
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
    /// The answer to a request: it repeats the requested message.
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
        Ok(Refusal::check_code(reply.code, reply.text)?)
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
    /// The recalled message, as in the request.
    type Reply = RecallPrivateDone;

    fn encode_request(request: &RecallPrivateRequest) -> Vec<u8> {
        request.encode_to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<RecallPrivateRequest, DecodeError> {
        bounded::decode(payload)
    }

    // A success has no code and no text, but is not empty: one client treats any of these as a failure.
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
        Refusal::check_code(reply.code, reply.text)?;
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
