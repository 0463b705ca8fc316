//! `share` (api/events-and-segments §7.14).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A link card. Only sent; reported as `json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// Where it leads.
    pub url: String,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// A line of description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

impl Kind for Share {
    const NAME: &'static str = "share";
}
