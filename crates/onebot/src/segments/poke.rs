//! `poke` and `shake` (api/events-and-segments §7.13).

use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// An animated poke. When it is sent with `qq`, or without any key in a private chat, a nudge is sent instead.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Poke {
    /// Number of the animation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Variant of the animation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name of the animation; `""` if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Sending: account to nudge; written as a string.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::digits::write_some"
    )]
    pub qq: Option<Uin>,
}

impl Kind for Poke {
    const NAME: &'static str = "poke";
}

/// The animated poke number 1, by its old name. Only for sending; received as `poke`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shake {}

impl Kind for Shake {
    const NAME: &'static str = "shake";
}
