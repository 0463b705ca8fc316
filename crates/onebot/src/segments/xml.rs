//! `xml` (api/events-and-segments §7.11).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A card of the old kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Xml {
    /// The card's XML.
    pub data: String,
    /// The id of its template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resid: Option<i64>,
}

impl Kind for Xml {
    const NAME: &'static str = "xml";
}
