//! `image` (api/events-and-segments §7.6).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, first_given};
use crate::digits;

/// A picture. Store stickers are reported as pictures too, with the keys that send them back as `mface`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// The text that lists show for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Reporting, always: its name as the server knows it. Sending: what to send (api/events-and-segments §8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// 0 an ordinary picture, 1 a sticker; others pass through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_type: Option<u32>,
    /// A direct link, which may expire. Sending: wins over `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Bytes; a string when it is written.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "digits::write_some"
    )]
    pub file_size: Option<u64>,
    /// A store sticker's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// A store sticker's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji_id: Option<String>,
    /// The number of a store sticker's package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji_package_id: Option<u64>,
    /// Sending: a path; counts when neither `url` nor `file` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Sending: the name to give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Sending: whether a download may come from the cache. Default true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<bool>,
    /// Sending: whether a download uses the configured proxy. Default true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<bool>,
    /// Sending: seconds that a download may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<i64>,
}

impl Image {
    /// Which of `url`, `file` and `path` names the picture to send.
    pub fn source(&self) -> Option<&str> {
        first_given([&self.url, &self.file, &self.path])
    }
}

impl Kind for Image {
    const NAME: &'static str = "image";
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[("subType", "sub_type")];
}
