//! `markdown` (api/events-and-segments §7.11).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// Markdown text. Ordinary accounts can send it only in a merged forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Markdown {
    /// The text in Markdown.
    pub content: String,
}

impl Kind for Markdown {
    const NAME: &'static str = "markdown";
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[("data", "content")];
}
