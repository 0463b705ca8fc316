//! `location` (api/events-and-segments §7.14).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A location. Only for sending; received as `json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    /// Latitude in degrees, decimal.
    pub lat: String,
    /// Longitude in degrees, decimal.
    pub lon: String,
    /// Name of the location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Description, one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

impl Kind for Location {
    const NAME: &'static str = "location";
}
