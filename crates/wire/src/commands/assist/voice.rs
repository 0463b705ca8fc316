//! AI voices: the characters of a group, and voices that read a text (protocol/04 §12).

use nekonap_ids::GroupUin;

use crate::proto::assist::{CharactersRequest, SpeakReply, SpeakRequest, SpeakSession};

/// `state` of a voice that is ready.
pub const DONE: u32 = 1;
/// `state` of a voice that is being made.
pub const WAIT: u32 = 2;

impl CharactersRequest {
    /// For [`GetCharacters`](super::GetCharacters). `kind`: 1 speech, 2 song.
    pub fn new(group: GroupUin, kind: u32) -> Self {
        Self {
            group_uin: Some(group.get()),
            kind: Some(kind),
        }
    }
}

impl SpeakRequest {
    /// For [`Speak`](super::Speak). `kind`: 1 speech, 2 song. `session` is the same in every request of one voice and
    /// becomes the random of the posted message; with 0 nothing is posted (protocol/04 §12.2).
    pub fn new(group: GroupUin, character: &str, text: &str, kind: u32, session: u32) -> Self {
        Self {
            group_uin: Some(group.get()),
            character_id: Some(character.to_owned()),
            text: Some(text.to_owned()),
            kind: Some(kind),
            session: Some(SpeakSession {
                session: Some(session),
            }),
        }
    }
}

impl SpeakReply {
    /// Handle of the voice for a download; `None` while it is being made.
    pub fn file_uuid(&self) -> Option<&str> {
        let first = self.media.as_ref()?.bodies.first()?;
        first.index.as_ref()?.file_uuid.as_deref()
    }
}
