//! `anonymous` (api/events-and-segments §7.1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// The wish to speak anonymously, which QQ has withdrawn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Anonymous {
    /// Whether to send the message under one's name when that is impossible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore: Option<bool>,
}

impl Kind for Anonymous {
    const NAME: &'static str = "anonymous";
}
