//! `reply` (api/events-and-segments §7.5).

use nekonap_ids::{MessageId, Sequence};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::Kind;
use crate::{MessageRef, Object, digits};

/// The message quotes another one. Reported first; sent from any place, and moved first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reply {
    /// The quoted message's id; a string when it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageRef>,
    /// Sending: its sequence in this conversation. It wins over `id`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "digits::write_some",
        deserialize_with = "sequence"
    )]
    #[schemars(with = "Option<i64>")]
    pub seq: Option<Sequence>,
}

/// Any number is a legal sequence; one below 0 is read as 0, which no message has.
fn sequence<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Sequence>, D::Error> {
    let number = Option::<i64>::deserialize(deserializer)?;
    Ok(number.map(|number| Sequence::new(u64::try_from(number).unwrap_or(0))))
}

impl Reply {
    /// The quote of this message, as it is reported.
    pub fn to(id: MessageId) -> Self {
        Self {
            id: Some(id.into()),
            seq: None,
        }
    }
}

impl Kind for Reply {
    const NAME: &'static str = "reply";

    fn says_nothing(data: &Object) -> bool {
        !data.contains_key("id") && !data.contains_key("seq")
    }
}
