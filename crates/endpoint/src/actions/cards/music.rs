//! `get_music_ark` (Lagrange; api/actions §2): the card that a `music` segment would send.

use nekonap_onebot::segments::Music;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{bot::Context, error::Result, segments::music};

/// Parameters of `get_music_ark`: those of the segment `music`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetMusicArk {
    /// Platform (`qq`, `163`, `kugou`, `kuwo`, `migu`), or `custom`.
    #[serde(default = "custom")]
    r#type: String,
    /// Id of the song on the platform. The other values are then looked up there.
    id: Option<String>,
    /// URL to open on click. Required without `id`.
    #[schemars(example = &"https://example.com/song")]
    url: Option<String>,
    /// URL of the audio.
    audio: Option<String>,
    /// Title.
    title: Option<String>,
    /// URL of a picture. Required without `id`.
    #[schemars(example = &"https://example.com/cover.png")]
    image: Option<String>,
    /// Singer or description, one line.
    content: Option<String>,
}

fn custom() -> String {
    "custom".to_owned()
}

/// Returns the card as JSON text, for a `json` segment.
pub(crate) async fn get(cx: Context, params: GetMusicArk) -> Result<String> {
    let song = Music {
        r#type: params.r#type,
        id: params.id,
        url: params.url,
        audio: params.audio,
        title: params.title,
        image: params.image,
        content: params.content,
    };
    music::card(&cx, &song, "").await
}
