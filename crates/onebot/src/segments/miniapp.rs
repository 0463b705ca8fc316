//! `miniapp` (api/events-and-segments §7.1): other programs list it; this program reports it as [`Json`](super::Json).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{JsonText, Kind};

/// A card of a mini program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Miniapp {
    /// JSON of the card.
    pub data: JsonText,
}

impl Kind for Miniapp {
    const NAME: &'static str = "miniapp";
}
