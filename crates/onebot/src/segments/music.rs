//! `music` (api/events-and-segments §7.14).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A music card, made by the configured sign service. Only sent; reported as `json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Music {
    /// The platform (`qq`, `163`, `kugou`, `kuwo`, `migu`), or `custom`.
    pub r#type: String,
    /// The song's id on the platform. With it the rest is looked up there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where a click leads. Required without `id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The sound's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<String>,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The address of a picture. Required without `id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The singer, or a line of description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

impl Kind for Music {
    const NAME: &'static str = "music";
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[("singer", "content")];
}
