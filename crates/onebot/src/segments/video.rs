//! `video` (api/events-and-segments §7.8).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, first_given};
use crate::digits;

/// A video.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Video {
    /// Reporting, always: its name. Sending: what to send (api/events-and-segments §8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// A direct link. Sending: wins over `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Bytes; a string when it is written.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "digits::write_some"
    )]
    pub file_size: Option<u64>,
    /// Sending: a path; counts when neither `url` nor `file` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Sending: the picture to show before it plays (api/events-and-segments §8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumb: Option<String>,
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

impl Video {
    /// Which of `url`, `file` and `path` names the video to send.
    pub fn source(&self) -> Option<&str> {
        first_given([&self.url, &self.file, &self.path])
    }
}

impl Kind for Video {
    const NAME: &'static str = "video";
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[("cover", "thumb")];
}
