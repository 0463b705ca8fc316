//! `at` (api/events-and-segments §7.4).

use std::{fmt, str::FromStr};

use nekonap_ids::Uin;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::Kind;
use crate::Object;

/// A mention of one account or of all members of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct At {
    /// Account that is mentioned, or `all`.
    pub qq: Whom,
    /// Sending: name to show if the account is not found. Never present in received messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl At {
    /// A mention of one account, as in received messages.
    pub const fn one(uin: Uin) -> Self {
        Self {
            qq: Whom::One(uin),
            name: None,
        }
    }

    /// A mention of all members, as in received messages.
    pub const fn all() -> Self {
        Self {
            qq: Whom::All,
            name: None,
        }
    }
}

impl Kind for At {
    const NAME: &'static str = "at";

    fn is_empty(data: &Object) -> bool {
        data.get("qq")
            .and_then(serde_json::Value::as_str)
            .is_none_or(|qq| matches!(qq.trim(), "" | "0"))
    }
}

/// Target of a mention: a QQ number or `all`, always a string in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whom {
    /// All members of the group.
    All,
    /// One account.
    One(Uin),
}

impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::One(uin) => uin.fmt(f),
        }
    }
}

impl FromStr for Whom {
    type Err = nekonap_ids::NumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "all" => Ok(Self::All),
            number => number.parse().map(Self::One),
        }
    }
}

impl Serialize for Whom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Whom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(|_| D::Error::custom("`qq` must be a QQ number or all"))
    }
}

impl JsonSchema for Whom {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Whom".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A QQ number, or `all`.",
            "type": "string",
            "format": crate::coerce::WHOM,
        })
    }
}
