//! `contact` (api/events-and-segments §7.14).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A person's or a group's card. Only sent; reported as `json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// Whose card.
    pub r#type: ContactKind,
    /// The number of the account or group, 1 to 2^53 − 1.
    #[serde(serialize_with = "crate::digits::write")]
    pub id: u64,
}

/// Whose card it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ContactKind {
    /// A person's.
    Qq,
    /// A group's.
    Group,
}

impl Kind for Contact {
    const NAME: &'static str = "contact";
}
