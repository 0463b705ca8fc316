//! `dice` and `rps` (api/events-and-segments §7.12).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A die. The result is random; a `result` in a sent message is ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dice {
    /// Receiving: `"1"` to `"6"`.
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
    /// Receiving: number of the shape, as the sender's client gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

impl Kind for Rps {
    const NAME: &'static str = "rps";
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[("value", "result")];
}
