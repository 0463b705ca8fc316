//! `miniapp` (api/events-and-segments §7.1): listed by other programs, reported as [`Json`](super::Json).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{JsonText, Kind};

/// The card of a mini program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Miniapp {
    /// The card's JSON, as text.
    pub data: JsonText,
}

impl Kind for Miniapp {
    const NAME: &'static str = "miniapp";
}
