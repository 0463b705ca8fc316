//! `record` (api/events-and-segments §7.7).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, first_given};
use crate::digits;

/// A voice message. `magic` is neither reported nor heeded (api/events-and-segments §12.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Reporting, always: a code that `get_record` takes. Sending: what to send (api/events-and-segments §8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where it is on our disk; `""` if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
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

impl Record {
    /// Which of `url`, `file` and `path` names the sound to send.
    pub fn source(&self) -> Option<&str> {
        first_given([&self.url, &self.file, &self.path])
    }
}

impl Kind for Record {
    const NAME: &'static str = "record";
}
