//! `dice` and `rps` (api/events-and-segments §7.12).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A die. Its result is drawn by the sender's client; one that is wished for is not honoured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dice {
    /// Reporting: `"1"` to `"6"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

impl Kind for Dice {
    const NAME: &'static str = "dice";
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[("value", "result")];
}

/// Rock, paper, scissors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rps {
    /// Reporting: the client's own number for what was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

impl Kind for Rps {
    const NAME: &'static str = "rps";
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[("value", "result")];
}
