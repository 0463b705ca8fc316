//! Speech of voice messages as text (protocol/03 §8.5).

use nekonap_ids::{Conversation, Uin};

use crate::{
    message::{Media, message_uid},
    proto::media::{GroupVoice, PrivateVoice, VoiceTextAck, VoiceTextReply, VoiceTextRequest},
};

/// `type` of a group's voice.
const GROUP: u32 = 1;
/// `type` of a private voice.
const PRIVATE: u32 = 2;
/// `format` of every voice.
const FORMAT: u32 = 1;

/// A voice message whose speech is wanted as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpokenMessage {
    /// Random number of the message.
    pub random: u32,
    /// Who sent it.
    pub sender: Uin,
    /// Where it was sent.
    pub conversation: Conversation,
    /// The file.
    pub media: Media,
}

impl VoiceTextRequest {
    /// For [`TranscribeGroupVoice`](super::TranscribeGroupVoice) or
    /// [`TranscribePrivateVoice`](super::TranscribePrivateVoice). `own`: the account that asks.
    pub fn new(message: &SpokenMessage, own: Uin) -> Self {
        let media = &message.media;
        let uid = Some(message_uid(message.random));
        let sender_uin = Some(message.sender.get());
        let (md5, file_uuid) = (Some(media.md5.clone()), Some(media.file_uuid.clone()));
        match message.conversation {
            Conversation::Group(group) => Self {
                r#type: Some(GROUP),
                group: Some(GroupVoice {
                    msg_uid: uid,
                    sender_uin,
                    group_uin: Some(group.get()),
                    file_id: Some(0),
                    md5,
                    seconds: Some(media.seconds),
                    size: Some(media.size),
                    format: Some(FORMAT),
                    file_uuid,
                    event_type: Some(0),
                }),
                private: None,
            },
            Conversation::Friend(_) | Conversation::Temporary { .. } => Self {
                r#type: Some(PRIVATE),
                group: None,
                private: Some(PrivateVoice {
                    msg_uid: uid,
                    sender_uin,
                    receiver_uin: Some(own.get()),
                    file_uuid,
                    seconds: Some(media.seconds),
                    size: Some(media.size),
                    format: Some(FORMAT),
                    event_type: Some(0),
                    md5,
                }),
            },
        }
    }
}

impl VoiceTextReply {
    /// The acknowledgement of a request, in the field of its type.
    pub fn accepted(request: &VoiceTextRequest) -> Self {
        let ack = VoiceTextAck { err_code: Some(0) };
        Self {
            group: request.group.as_ref().map(|_| ack),
            private: request.private.as_ref().map(|_| ack),
        }
    }

    /// Error code of the acknowledgement; 0 is success.
    pub fn code(&self) -> u32 {
        let ack = self.group.or(self.private);
        ack.and_then(|ack| ack.err_code).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nekonap_ids::GroupUin;
    use prost::Message as _;

    fn spoken(conversation: Conversation) -> SpokenMessage {
        SpokenMessage {
            random: 1,
            sender: Uin::new(10002).expect("an account"),
            conversation,
            media: Media {
                file_uuid: "u".to_owned(),
                md5: "ab".to_owned(),
                size: 9,
                seconds: 3,
                ..Media::default()
            },
        }
    }

    #[test]
    fn known_answers() {
        let own = Uin::new(10001).expect("an account");
        let group = Conversation::Group(GroupUin::new(20001).expect("a group"));
        // 0x01000000_00000001
        let uid = [0x08, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
        let expected = [
            &[0x08, 1, 0x12, 34][..],           // 1, 2
            &uid,                               // .1
            &[0x10, 0x92, 0x4e],                // .2
            &[0x18, 0xa1, 0x9c, 0x01, 0x20, 0], // .3, .4
            &[0x2a, 2, b'a', b'b', 0x30, 3],    // .5, .6
            &[0x38, 9, 0x40, 1],                // .7, .8
            &[0x4a, 1, b'u', 0x50, 0],          // .9, .10
        ]
        .concat();
        let request = VoiceTextRequest::new(&spoken(group), own);
        assert_eq!(request.encode_to_vec(), expected);
        let expected = [
            &[0x08, 2, 0x1a, 31][..],     // 1, 3
            &uid,                         // .1
            &[0x10, 0x92, 0x4e],          // .2
            &[0x18, 0x91, 0x4e],          // .3
            &[0x22, 1, b'u', 0x28, 3],    // .4, .5
            &[0x30, 9, 0x38, 1, 0x40, 0], // .6, .7, .8
            &[0x4a, 2, b'a', b'b'],       // .9
        ]
        .concat();
        let friend = Conversation::Friend(Uin::new(10002).expect("an account"));
        let request = VoiceTextRequest::new(&spoken(friend), own);
        assert_eq!(request.encode_to_vec(), expected);
        assert_eq!(
            VoiceTextReply::accepted(&request).encode_to_vec(),
            [0x1a, 2, 0x10, 0]
        );
    }
}
