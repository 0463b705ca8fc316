//! `reply` (api/events-and-segments §7.5).

use nekonap_ids::{MessageId, Sequence};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::Kind;
use crate::{MessageRef, Object, digits};

/// A quote of another message. It is the first segment of a received message. In a sent message it may be anywhere, and is
/// moved to the front.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reply {
    /// Id of the quoted message; written as a string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageRef>,
    /// Sending: sequence number of the quoted message in this chat. Takes precedence over `id`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "digits::write_some",
        deserialize_with = "sequence"
    )]
    #[schemars(with = "Option<i64>")]
    pub seq: Option<Sequence>,
}

/// Reads a sequence number. A negative number is read as 0, which no message has.
fn sequence<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Sequence>, D::Error> {
    let number = Option::<i64>::deserialize(deserializer)?;
    Ok(number.map(|number| Sequence::new(u64::try_from(number).unwrap_or(0))))
}

impl Reply {
    /// A quote of a message, as in received messages.
    pub fn to(id: MessageId) -> Self {
        Self {
            id: Some(id.into()),
            seq: None,
        }
    }
}

impl Kind for Reply {
    const NAME: &'static str = "reply";

    fn is_empty(data: &Object) -> bool {
        !data.contains_key("id") && !data.contains_key("seq")
    }
}
