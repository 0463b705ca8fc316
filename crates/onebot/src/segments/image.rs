//! `image` (api/events-and-segments §7.6).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, first_given};
use crate::digits;

/// A picture. Store stickers are also received as pictures, with the keys that are needed to send them as `mface`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// Preview text in chat lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Receiving: file name on the server, always present. Sending: the picture to send (api/events-and-segments §8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// 0 ordinary picture, 1 sticker. Other values are not changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_type: Option<u32>,
    /// Download link, which may expire. Sending: takes precedence over `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Size in bytes; written as a string.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "digits::write_some"
    )]
    pub file_size: Option<u64>,
    /// Key of a store sticker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Id of a store sticker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji_id: Option<String>,
    /// Package number of a store sticker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji_package_id: Option<u64>,
    /// Sending: local path; used if neither `url` nor `file` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Sending: file name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Sending: whether a download may be read from the cache. True by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<bool>,
    /// Sending: whether a download uses the configured proxy. True by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<bool>,
    /// Sending: timeout of a download in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<i64>,
}

impl Image {
    /// The first of `url`, `file` and `path` that is not blank: it identifies the picture to send.
    pub fn source(&self) -> Option<&str> {
        first_given([&self.url, &self.file, &self.path])
    }
}

impl Kind for Image {
    const NAME: &'static str = "image";
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[("subType", "sub_type")];
}
