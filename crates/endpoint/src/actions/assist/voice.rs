//! `get_ai_characters`, `get_ai_record`, `send_group_ai_record` (api/actions §3.15).

use std::time::Duration;

use nekonap_client::{MediaKind, Scene, VoiceKind};
use nekonap_ids::{GroupUin, MessageId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::Context,
    config::Profile,
    error::{Failure, Result, voice_failed},
};

/// How long `send_group_ai_record` waits for its message.
const ECHO_TIMEOUT: Duration = Duration::from_secs(30);

/// Parameters of `get_ai_characters`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetAiCharacters {
    /// Number of a group that the account is in.
    group_id: GroupUin,
    /// 1 for voices that speak, 2 for voices that sing.
    #[serde(default = "one")]
    chat_type: i64,
}

/// Parameters of `get_ai_record` and `send_group_ai_record`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AiRecord {
    /// `character_id` of a voice.
    #[schemars(example = &"lucy-voice-houge")]
    character: String,
    /// Number of a group that the account is in.
    group_id: GroupUin,
    /// Text to read.
    #[schemars(example = &"Hello")]
    text: String,
    /// 1 speech, 2 singing.
    #[serde(default = "one")]
    chat_type: i64,
}

const fn one() -> i64 {
    1
}

/// Voices under a common heading.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AiCharacters {
    /// The heading.
    r#type: String,
    /// The voices.
    characters: Vec<AiCharacter>,
}

/// A voice.
#[derive(Debug, Serialize, JsonSchema)]
#[allow(clippy::struct_field_names)] // These are NapCat's names.
struct AiCharacter {
    /// Id of the voice.
    character_id: String,
    /// Name of the voice.
    character_name: String,
    /// URL of a sample.
    preview_url: String,
}

/// The message that was sent.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SentAiRecord {
    /// Id of the voice message, as text, or as a number with the response profile `napcat-4.18` (api/actions §1.7); 0 if
    /// the message was not seen within 30 seconds.
    message_id: AiRecordId,
}

/// An id in the format of the response profile.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum AiRecordId {
    NapcatV4(String),
    Napcat418(i32),
}

pub(crate) async fn characters(cx: Context, params: GetAiCharacters) -> Result<Vec<AiCharacters>> {
    let kind = kind(params.chat_type)?;
    cx.group(params.group_id).await?;
    let categories = cx.client().voice_characters(params.group_id, kind).await?;
    let categories = categories.into_iter();
    Ok(categories
        .map(|category| AiCharacters {
            r#type: category.name,
            characters: category
                .characters
                .into_iter()
                .map(|character| AiCharacter {
                    character_id: character.id,
                    character_name: character.name,
                    preview_url: character.sample_url,
                })
                .collect(),
        })
        .collect())
}

/// The link to a voice that is not posted (protocol/04 §12.2).
pub(crate) async fn record(cx: Context, params: AiRecord) -> Result<String> {
    let (group, kind) = check(&cx, &params).await?;
    let said = (params.character.as_str(), params.text.as_str());
    let client = cx.client();
    let uuid = client.speak(group, said, kind, 0).await?;
    let link = client.media_link(MediaKind::Voice, &uuid, Scene::Group, false);
    Ok(link.await?)
}

/// The server posts the voice in the group itself.
pub(crate) async fn send(cx: Context, params: AiRecord) -> Result<SentAiRecord> {
    let (group, kind) = check(&cx, &params).await?;
    let random = rand::random_range(1..=u32::MAX);
    let echo = cx.bot().echoes().expect(group, random);
    let said = (params.character.as_str(), params.text.as_str());
    let spoken = cx.client().speak(group, said, kind, random).await;
    spoken.map_err(|error| voice_failed(&error))?;
    let id = match tokio::time::timeout(ECHO_TIMEOUT, echo).await {
        Ok(Ok(id)) => Some(id),
        _ => None,
    };
    let id = id.map_or(0, MessageId::get);
    Ok(SentAiRecord {
        message_id: match cx.profile() {
            Profile::NapcatV4 => AiRecordId::NapcatV4(id.to_string()),
            Profile::Napcat418 => AiRecordId::Napcat418(id),
        },
    })
}

async fn check(cx: &Context, params: &AiRecord) -> Result<(GroupUin, VoiceKind)> {
    for (name, value) in [("character", &params.character), ("text", &params.text)] {
        if value.trim().is_empty() {
            return Err(Failure::missing(name));
        }
    }
    let kind = kind(params.chat_type)?;
    cx.group(params.group_id).await?;
    Ok((params.group_id, kind))
}

fn kind(number: i64) -> Result<VoiceKind> {
    match number {
        1 => Ok(VoiceKind::Speech),
        2 => Ok(VoiceKind::Song),
        other => Err(Failure::invalid(
            "chat_type",
            format!("it is 1 or 2, not {other}"),
        )),
    }
}
