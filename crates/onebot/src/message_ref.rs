//! Message ids as parameters (api/actions §1.5, `msgid`).

use std::fmt;

use nekonap_ids::MessageId;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A reference to a message: a [`MessageId`], or the long (64-bit) id of `msgId` fields. Any 64-bit number is valid, also
/// the negative ids of older programs; it may refer to no message.
///
/// As a parameter it is a number or a decimal string. In segments it is written as a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageRef(i64);

impl MessageRef {
    /// A reference with this number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The number as a message id, if it is in the range of one. Callers look this up first.
    pub fn short(self) -> Option<MessageId> {
        MessageId::new(self.0).ok()
    }

    /// The number as a long id, if it is larger than the largest message id.
    pub fn long(self) -> Option<u64> {
        u64::try_from(self.0)
            .ok()
            .filter(|&long| long > i32::MAX as u64)
    }
}

impl From<MessageId> for MessageRef {
    fn from(id: MessageId) -> Self {
        Self(i64::from(id.get()))
    }
}

impl fmt::Display for MessageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for MessageRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MessageRef {
    /// Reads a number (the result of coercion) or a decimal string (the output of [`Serialize`]).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(i64),
            Text(String),
        }
        match Either::deserialize(deserializer)? {
            Either::Number(number) => Ok(Self(number)),
            Either::Text(text) => text
                .parse()
                .map(Self)
                .map_err(|_| D::Error::custom("a message id must be a number")),
        }
    }
}

impl JsonSchema for MessageRef {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MessageRef".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A message id, as a number or a decimal string.",
            "type": ["integer", "string"],
            "format": crate::coerce::MESSAGE_REF,
            "examples": [1_840_293],
        })
    }
}
