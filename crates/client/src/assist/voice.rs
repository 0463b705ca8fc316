//! AI voices that read a text. protocol/04 §12

use std::time::Duration;

use nekonap_ids::GroupUin;
use nekonap_wire::{
    commands::assist::{GetCharacters, Speak},
    proto::assist::{CharactersRequest, SpeakRequest},
};

use crate::{client::Client, error::CallError};

/// How often the server is asked whether a voice is ready. protocol/04 §12.2
const MAX_POLLS: u32 = 30;
/// Time between two of these requests.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// What a character does with a text. The number is the one on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceKind {
    /// Reads it.
    Speech = 1,
    /// Sings it.
    Song = 2,
}

/// Characters under a common heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CharacterCategory {
    /// The heading.
    pub name: String,
    /// The characters.
    pub characters: Vec<VoiceCharacter>,
}

/// A character whose voice reads texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceCharacter {
    /// Id for [`Client::speak`].
    pub id: String,
    /// Name.
    pub name: String,
    /// URL of a sample.
    pub sample_url: String,
}

impl Client {
    /// The characters that a group can use. protocol/04 §12.1
    ///
    /// # Errors
    /// The server refuses (not in that group) or does not reply.
    pub async fn voice_characters(
        &self,
        group: GroupUin,
        kind: VoiceKind,
    ) -> Result<Vec<CharacterCategory>, CallError> {
        let request = CharactersRequest::new(group, kind as u32);
        let reply = self
            .inner
            .session()?
            .call::<GetCharacters>(&request)
            .await?;
        let categories = reply.categories.into_iter();
        Ok(categories
            .map(|category| CharacterCategory {
                name: category.name.unwrap_or_default(),
                characters: category
                    .characters
                    .into_iter()
                    .map(|character| VoiceCharacter {
                        id: character.id.unwrap_or_default(),
                        name: character.name.unwrap_or_default(),
                        sample_url: character.sample_url.unwrap_or_default(),
                    })
                    .collect(),
            })
            .collect())
    }

    /// Makes a character read a text, and waits up to half a minute for the voice. Returns the file's handle for a
    /// download. Unless `random` is 0, the server posts the voice in the group as a message of this account with that
    /// random number. protocol/04 §12.2
    ///
    /// # Errors
    /// The server refuses (unknown character or text, not in that group, muted) or does not reply;
    /// [`CallError::TimedOut`] if the voice is not ready in time.
    pub async fn speak(
        &self,
        group: GroupUin,
        (character, text): (&str, &str),
        kind: VoiceKind,
        random: u32,
    ) -> Result<String, CallError> {
        let request = SpeakRequest::new(group, character, text, kind as u32, random);
        for poll in 0..MAX_POLLS {
            if poll > 0 {
                tokio::time::sleep(POLL_INTERVAL).await;
            }
            let reply = self.inner.session()?.call::<Speak>(&request).await?;
            if let Some(uuid) = reply.file_uuid() {
                return Ok(uuid.to_owned());
            }
        }
        Err(CallError::TimedOut)
    }
}
