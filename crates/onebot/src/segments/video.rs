//! `video` (api/events-and-segments §7.8).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, first_given};
use crate::digits;

/// A video.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Video {
    /// Receiving: file name, always present. Sending: the file to send (api/events-and-segments §8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Download link. Sending: takes precedence over `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Size in bytes; written as a string.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "digits::write_some"
    )]
    pub file_size: Option<u64>,
    /// Sending: local path; used if neither `url` nor `file` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Sending: cover picture (api/events-and-segments §8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumb: Option<String>,
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

impl Video {
    /// The first of `url`, `file` and `path` that is not blank: it identifies the video to send.
    pub fn source(&self) -> Option<&str> {
        first_given([&self.url, &self.file, &self.path])
    }
}

impl Kind for Video {
    const NAME: &'static str = "video";
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[("cover", "thumb")];
}
