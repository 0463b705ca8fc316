//! An untyped segment: a type and its data.

use serde::{Deserialize, Serialize};

use crate::Object;

/// An untyped segment, `{"type": …, "data": {…}}`: the form that a [`Segment`](crate::Segment) is read from and written to.
/// Segments of unknown types are kept in this form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawSegment {
    /// `type` of the segment.
    #[serde(rename = "type")]
    pub kind: String,
    /// Values by key. CQ text has the same order.
    #[serde(default)]
    pub data: Object,
}

impl RawSegment {
    /// A segment with this `type` and this data.
    pub fn new(kind: impl Into<String>, data: Object) -> Self {
        Self {
            kind: kind.into(),
            data,
        }
    }

    /// A `text` segment.
    pub fn text(text: impl Into<String>) -> Self {
        let mut data = Object::new();
        data.insert("text".to_owned(), serde_json::Value::String(text.into()));
        Self::new("text", data)
    }
}
