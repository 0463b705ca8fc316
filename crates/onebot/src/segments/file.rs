//! `file` (api/events-and-segments §7.9).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, first_given};
use crate::digits;

/// A file, in a chat or a group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct File {
    /// Reporting, always: its name. Sending: what to send (api/events-and-segments §8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Its name again; AstrBot reads it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Reporting, always: the id that the file actions take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_id: Option<String>,
    /// Bytes; a string when it is written.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "digits::write_some"
    )]
    pub file_size: Option<u64>,
    /// A direct link. Sending: wins over `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where it is on our disk; `""` if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Sending: the name to give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl File {
    /// Which of `url`, `file` and `path` names the file to send.
    pub fn source(&self) -> Option<&str> {
        first_given([&self.url, &self.file, &self.path])
    }

    /// The name to send it by, where one is given.
    pub fn shown_name(&self) -> Option<&str> {
        first_given([&self.name, &self.file_name])
    }
}

impl Kind for File {
    const NAME: &'static str = "file";
}
