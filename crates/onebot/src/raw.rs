//! A segment as it travels: a type and its data, whatever they are.

use serde::{Deserialize, Serialize};

use crate::Object;

/// A segment as data, `{"type": …, "data": {…}}`: what a [`Segment`](crate::Segment) is written to and read from. CQ text
/// and arrays hold these, so that kinds nobody has heard of pass through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawSegment {
    /// The kind's name.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its values, in the order that CQ text shows them.
    #[serde(default)]
    pub data: Object,
}

impl RawSegment {
    /// A segment of this kind with this data.
    pub fn new(kind: impl Into<String>, data: Object) -> Self {
        Self {
            kind: kind.into(),
            data,
        }
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        let mut data = Object::new();
        data.insert("text".to_owned(), serde_json::Value::String(text.into()));
        Self::new("text", data)
    }
}
