//! `text` (api/events-and-segments §7.2).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::Object;

/// Plain text. CQ codes in it are not parsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Text {
    /// The text. Lines are separated by `\n`.
    pub text: String,
}

impl Kind for Text {
    const NAME: &'static str = "text";

    fn is_empty(data: &Object) -> bool {
        data.get("text").is_none_or(|text| text == "")
    }
}
