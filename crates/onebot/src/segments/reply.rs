//! `reply` (api/events-and-segments §7.5).

use nekonap_ids::{MessageId, Sequence};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
        serialize_with = "digits::write_some"
    )]
    pub seq: Option<Sequence>,
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
