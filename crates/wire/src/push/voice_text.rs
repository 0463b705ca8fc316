//! The text of a voice message, some time after it was asked for (protocol/03 §8.5).

use prost::Message as _;

use super::{
    Envelope, Origin, kinds,
    notices::{Content, Payload},
};
use crate::{
    bounded,
    command::DecodeError,
    proto::media::{VoiceTextFound, VoiceTextPush},
};

/// Sub type of 528 for the text of a voice message.
const SUB: u32 = 61;

/// What a voice message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceText {
    /// Uid of the message.
    pub message: u64,
    /// 1 in a group, 2 in a private chat.
    pub chat_type: u32,
    /// The text; empty if nothing was recognised.
    pub text: String,
    /// Number of the sender.
    pub sender: u64,
    /// Number of the group or of the receiver.
    pub place: u64,
    /// Handle of the file.
    pub file_uuid: String,
}

impl VoiceText {
    /// Always `None`: the notice is the second half of an answer.
    pub(super) fn origin<P>(&self) -> Option<Origin<P>> {
        None
    }

    pub(super) fn try_map_people<P, Q>(self, _: &mut impl FnMut(P) -> Option<Q>) -> Option<Self> {
        Some(self)
    }

    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if (content.kind, content.sub_kind) != (kinds::ACCOUNT, SUB) {
            return Ok(None);
        }
        let push: VoiceTextPush = bounded::decode(&content.payload)?;
        let found = push.found.unwrap_or_default();
        Ok(Some(Self {
            message: found.msg_uid.unwrap_or(0),
            chat_type: found.chat_type.unwrap_or(0),
            text: found.text.unwrap_or_default(),
            sender: found.sender_uin.unwrap_or(0),
            place: found.place.unwrap_or(0),
            file_uuid: found.file_uuid.unwrap_or_default(),
        }))
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        let bytes = VoiceTextPush {
            field_1: Some(1),
            found: Some(VoiceTextFound {
                msg_uid: Some(self.message),
                chat_type: Some(self.chat_type),
                text: Some(self.text.clone()),
                sender_uin: Some(self.sender),
                place: Some(self.place),
                file_uuid: Some(self.file_uuid.clone()),
            }),
        }
        .encode_to_vec()
        .into();
        Payload {
            kind: kinds::ACCOUNT,
            sub_kind: SUB,
            bytes,
        }
    }
}
