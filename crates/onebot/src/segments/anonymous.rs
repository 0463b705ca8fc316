//! `anonymous` (api/events-and-segments §7.1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A request to send the message anonymously. QQ no longer supports this.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Anonymous {
    /// Whether to send the message under the account's name when it cannot be anonymous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore: Option<bool>,
}

impl Kind for Anonymous {
    const NAME: &'static str = "anonymous";
}
