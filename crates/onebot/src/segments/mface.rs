//! `mface` (api/events-and-segments §7.15).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A store sticker. Only for sending; received as `image`, because some frameworks drop a message with an unknown type of
/// segment (api/events-and-segments §7.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mface {
    /// Package number of the sticker.
    pub emoji_package_id: u64,
    /// Id of the sticker, 32 hexadecimal digits.
    pub emoji_id: String,
    /// Key of the sticker.
    pub key: String,
    /// Preview text in chat lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

impl Kind for Mface {
    const NAME: &'static str = "mface";
}
