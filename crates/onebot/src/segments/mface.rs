//! `mface` (api/events-and-segments §7.15).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A sticker of the store. Only sent; reported as `image`, because some frameworks lose the whole message
/// otherwise (api/events-and-segments §7.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mface {
    /// The number of its package.
    pub emoji_package_id: u64,
    /// Its id, 32 hexadecimal digits.
    pub emoji_id: String,
    /// Its key.
    pub key: String,
    /// The text that lists show for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

impl Kind for Mface {
    const NAME: &'static str = "mface";
}
