//! `music` (api/events-and-segments §7.14).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A music card. The configured sign service creates it. Only for sending; received as `json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Music {
    /// Platform (`qq`, `163`, `kugou`, `kuwo`, `migu`), or `custom`.
    pub r#type: String,
    /// Id of the song on the platform. The other keys are then looked up there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// URL to open on click. Required without `id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// URL of the audio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<String>,
    /// Title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// URL of a picture. Required without `id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Singer or description, one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

impl Kind for Music {
    const NAME: &'static str = "music";
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[("singer", "content")];
}
