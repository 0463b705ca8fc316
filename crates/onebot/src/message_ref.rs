//! How callers name a message (api/actions §1.5, `msgid`).

use std::fmt;

use nekonap_ids::MessageId;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A number that names a message: a message id of ours, or the long (64-bit) id that `msgId` fields carry. Any 64-bit
/// number is legal, also a negative one of an older program; most are simply unknown.
///
/// As a parameter it is a number or a decimal string. Inside segments it is written as a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageRef(i64);

impl MessageRef {
    /// The reference with this number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number itself.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The message id it may be. To be tried first.
    pub fn short(self) -> Option<MessageId> {
        MessageId::new(self.0).ok()
    }

    /// The long id it may be: a number too large for a message id.
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
    /// Reads the number that coercion leaves, or the string that [`Serialize`] writes.
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
                .map_err(|_| D::Error::custom("a message id is a number")),
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
