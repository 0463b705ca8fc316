//! `unknown`: an element that we cannot decode. It says so, and keeps the element, so that nothing is dropped silently and
//! the message can be sent again as it was. (Ours; no other program has it.)

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// Something in a message that we do not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unknown {
    /// What it is as far as we can tell, for people: `element 53, service 17`.
    pub what: String,
    /// The element's bytes, in base64.
    pub raw: String,
}

impl Kind for Unknown {
    const NAME: &'static str = "unknown";
}
