//! The two formats of messages (api/events-and-segments §3.1, `message_format`).

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Format of messages on a connection (`messagePostFormat`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// A JSON array of segments.
    #[default]
    Array,
    /// CQ text.
    String,
}

impl Form {
    /// The name in the configuration and in `message_format`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Array => "array",
            Self::String => "string",
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not the name of a message format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a message format is \"array\" or \"string\"")]
pub struct FormError;

impl FromStr for Form {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Self, FormError> {
        match text {
            "array" => Ok(Self::Array),
            "string" => Ok(Self::String),
            _ => Err(FormError),
        }
    }
}
