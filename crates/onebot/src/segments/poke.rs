//! `poke` and `shake` (api/events-and-segments §7.13).

use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// An animated poke. With `qq` (or with nothing, in a private chat) sending it is a nudge instead.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Poke {
    /// Which animation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Which variant of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its name; `""` if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Sending: who is nudged; a string when it is written.
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

/// The animated poke number 1, by its old name. Only sent, reported as `poke`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shake {}

impl Kind for Shake {
    const NAME: &'static str = "shake";
}
