//! `xml` (api/events-and-segments §7.11).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// An XML card, the older format of cards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Xml {
    /// XML of the card.
    pub data: String,
    /// Id of the card's template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resid: Option<i64>,
}

impl Kind for Xml {
    const NAME: &'static str = "xml";
}
