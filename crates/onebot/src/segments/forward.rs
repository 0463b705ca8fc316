//! `forward` (api/events-and-segments §7.10).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Kind;

/// A merged forward.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Forward {
    /// Its resource id. Sending: that, or the id of a message that is a forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Reporting, where asked for: the messages in it, in the form of the connection. Sending: nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Vec<Value>>,
}

impl Forward {
    /// The forward with this resource id, as it is reported when its messages are not asked for.
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
