//! `fetch_ptt_text`: what a voice message says (api/actions §3.1).

use nekonap_client::{Element, SpokenMessage};
use nekonap_onebot::{Code, MessageRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::Context,
    error::{Failure, Result},
    guards, incoming,
};

/// Parameters of `fetch_ptt_text`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct FetchPttText {
    /// Id of the voice message.
    message_id: MessageRef,
}

/// What a voice message says.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct VoiceText {
    /// The text.
    text: String,
}

pub(crate) async fn fetch(cx: Context, params: FetchPttText) -> Result<VoiceText> {
    let message = cx.content(cx.message(params.message_id).await?).await?;
    let Some(record) = &message.record else {
        return Err(guards::never_arrived(message.id));
    };
    let elements = incoming::elements(record)?;
    let voice = elements.into_iter().find_map(|element| match element {
        Element::Voice(voice) => Some(voice),
        _ => None,
    });
    let Some(voice) = voice else {
        let text = format!("the message {} has no voice", message.id);
        return Err(Failure::new(Code::MessageNotFound, text));
    };
    let spoken = SpokenMessage {
        random: record.random,
        sender: record.sender,
        conversation: message.conversation,
        media: voice.media,
    };
    let text = cx.client().transcribe(&spoken).await?;
    if text.trim().is_empty() {
        let text = "nothing was recognised in the voice message";
        return Err(Failure::new(Code::Upstream, text));
    }
    Ok(VoiceText { text })
}
