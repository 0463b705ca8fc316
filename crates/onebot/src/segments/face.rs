//! `face` (api/events-and-segments §7.3).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::digits;

/// A face of QQ's own: small, or large and animated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Face {
    /// Its number in the face table; a string when it is written.
    #[serde(serialize_with = "digits::write")]
    pub id: u32,
    /// What a face with a chance in it (dice, rock-paper-scissors) came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_id: Option<String>,
    /// How many of it follow each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain_count: Option<u32>,
    /// Whether the face is large and animated (Lagrange's key). Sending: true only has an effect where the face has such a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub large: Option<bool>,
    /// Sending: 1 and 2 in the line, 3 large (LLOneBot's key). It wins over `large`.
    #[serde(rename = "sub_type", default, skip_serializing_if = "Option::is_none")]
    pub sub_type: Option<u32>,
}

impl Face {
    /// The plain face with this number.
    pub const fn new(id: u32) -> Self {
        Self {
            id,
            result_id: None,
            chain_count: None,
            large: None,
            sub_type: None,
        }
    }
}

impl Kind for Face {
    const NAME: &'static str = "face";
}
