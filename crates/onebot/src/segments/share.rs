//! `share` (api/events-and-segments §7.14).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A link card. Only for sending; received as `json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// URL of the link.
    pub url: String,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// Description, one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// URL of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

impl Kind for Share {
    const NAME: &'static str = "share";
}
