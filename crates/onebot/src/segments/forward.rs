//! `forward` (api/events-and-segments §7.10).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Kind;

/// A merged forward.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Forward {
    /// Resource id of the forward. Sending: the resource id, or the id of a message that is a forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Receiving: the messages in the forward, if requested, in the message format of the connection. Sending: nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Vec<Value>>,
}

impl Forward {
    /// A forward with this resource id and without its messages.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            content: None,
        }
    }
}

impl Kind for Forward {
    const NAME: &'static str = "forward";
}
