//! `contact` (api/events-and-segments §7.14).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A contact card of a person or a group. Only for sending; received as `json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// Kind of contact.
    pub r#type: ContactKind,
    /// QQ number or group number, 1 to 2^53 − 1.
    #[serde(serialize_with = "crate::digits::write")]
    pub id: u64,
}

/// Kind of contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ContactKind {
    /// A person.
    Qq,
    /// A group.
    Group,
}

impl Kind for Contact {
    const NAME: &'static str = "contact";
}
