//! `face` (api/events-and-segments §7.3).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::digits;

/// A QQ face: small, or large and animated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Face {
    /// Number of the face in QQ's table of faces; written as a string.
    #[serde(serialize_with = "digits::write")]
    pub id: u32,
    /// Result of a random face (dice, rock-paper-scissors).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_id: Option<String>,
    /// Number of consecutive large faces of the same kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain_count: Option<u32>,
    /// Whether the face is large and animated (Lagrange's key). Sending: true has no effect if the face has no large form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub large: Option<bool>,
    /// Sending: 1 or 2 for a small face, 3 for a large one (LLOneBot's key). Takes precedence over `large`.
    #[serde(rename = "sub_type", default, skip_serializing_if = "Option::is_none")]
    pub sub_type: Option<u32>,
}

impl Face {
    /// A face with this number and no other keys.
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
