//! Messages: lists of segments, as a value and as a parameter (api/events-and-segments §9.4, §9.5).

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Encoding, Form, Object, ParamError, RawSegment, Segment, coerce, cq};

/// A message: a list of segments.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Message(pub Vec<Segment>);

impl Message {
    /// Whether the message has no segments.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the segments.
    pub fn iter(&self) -> std::slice::Iter<'_, Segment> {
        self.0.iter()
    }

    /// Appends a segment. A text after a text is joined to it (api/events-and-segments §7.2).
    pub fn push(&mut self, segment: Segment) {
        match (self.0.last_mut(), segment) {
            (Some(Segment::Text(last)), Segment::Text(more)) => last.text.push_str(&more.text),
            (_, segment) => self.0.push(segment),
        }
    }

    /// The segments in untyped form.
    pub fn to_raw(&self) -> Vec<RawSegment> {
        self.0.iter().map(Segment::to_raw).collect()
    }

    /// The message as CQ text.
    pub fn to_cq(&self) -> String {
        cq::write(&self.to_raw())
    }

    /// The message as JSON in the given format.
    pub fn to_value(&self, form: Form) -> Value {
        match form {
            Form::Array => serde_json::to_value(self).unwrap_or_default(),
            Form::String => Value::String(self.to_cq()),
        }
    }

    /// Reads CQ text.
    ///
    /// # Errors
    /// A value of a code is missing or cannot be read. The error names the segment and the key.
    pub fn from_cq(text: &str) -> Result<Self, ParamError> {
        Self::from_raw(cq::read(text), Encoding::Form)
    }

    /// Reads untyped segments.
    ///
    /// # Errors
    /// A value of a segment is missing or cannot be read. The error names the segment and the key.
    pub fn from_raw(segments: Vec<RawSegment>, encoding: Encoding) -> Result<Self, ParamError> {
        let mut message = Self::default();
        for (at, raw) in segments.into_iter().enumerate() {
            message.read(raw, encoding, &format!("message[{at}]"))?;
        }
        Ok(message)
    }

    fn read(&mut self, raw: RawSegment, encoding: Encoding, path: &str) -> Result<(), ParamError> {
        if let Some(segment) = Segment::from_raw(raw, encoding, path)? {
            self.push(segment);
        }
        Ok(())
    }

    /// Reads CQ text and appends its segments. `path`: name of the parameter, for errors.
    fn read_cq(&mut self, text: &str, path: &str) -> Result<(), ParamError> {
        for raw in cq::read(text) {
            self.read(raw, Encoding::Form, path)?;
        }
        Ok(())
    }
}

impl From<Vec<Segment>> for Message {
    fn from(segments: Vec<Segment>) -> Self {
        Self(segments)
    }
}

impl FromIterator<Segment> for Message {
    /// Collects segments. Adjacent texts are joined.
    fn from_iter<I: IntoIterator<Item = Segment>>(segments: I) -> Self {
        let mut message = Self::default();
        for segment in segments {
            message.push(segment);
        }
        message
    }
}

impl IntoIterator for Message {
    type Item = Segment;
    type IntoIter = std::vec::IntoIter<Segment>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Message {
    type Item = &'a Segment;
    type IntoIter = std::slice::Iter<'a, Segment>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// A message parameter: CQ text, an array of segments, or one segment. It is kept as JSON until it is read, because the
/// parameter `auto_escape` decides how to read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageParam(Value);

impl MessageParam {
    /// Wraps the JSON of a message.
    pub const fn new(value: Value) -> Self {
        Self(value)
    }

    /// The JSON as received.
    pub const fn as_value(&self) -> &Value {
        &self.0
    }

    /// Reads the parameter `message`. A string is CQ text or, with `auto_escape`, one plain text. Strings in an array are
    /// always CQ text.
    ///
    /// # Errors
    /// A value is not a segment, or a key of a segment is missing or cannot be read. The error names it.
    pub fn read(&self, auto_escape: bool) -> Result<Message, ParamError> {
        self.read_named("message", auto_escape)
    }

    /// Reads a parameter with another name than `message`; the name is only used in errors.
    ///
    /// # Errors
    /// As [`MessageParam::read`].
    pub fn read_named(&self, name: &str, auto_escape: bool) -> Result<Message, ParamError> {
        let mut message = Message::default();
        match &self.0 {
            Value::String(text) if auto_escape => {
                if !text.is_empty() {
                    message.push(Segment::text(text.as_str()));
                }
            }
            Value::String(text) => message.read_cq(text, name)?,
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    let path = format!("{name}[{at}]");
                    match item {
                        Value::String(text) => message.read_cq(text, &path)?,
                        other => message.read(raw(other, &path)?, Encoding::Json, &path)?,
                    }
                }
            }
            other => message.read(raw(other, name)?, Encoding::Json, name)?,
        }
        Ok(message)
    }

    /// Reads the nodes of a merged forward. An object without `type` is read as the data of a node (api/actions §3.2).
    ///
    /// # Errors
    /// As [`MessageParam::read`].
    pub fn read_nodes(&self, name: &str, auto_escape: bool) -> Result<Message, ParamError> {
        let wrapped = |item: &Value| match item {
            Value::Object(data) if !data.contains_key("type") => {
                serde_json::json!({ "type": "node", "data": data })
            }
            other => other.clone(),
        };
        let nodes = match &self.0 {
            Value::Array(items) => Value::Array(items.iter().map(wrapped).collect()),
            other => wrapped(other),
        };
        Self(nodes).read_named(name, auto_escape)
    }
}

impl MessageParam {
    /// Reads the content of a node: nodes, if it is a list with the data of a node without `type`, otherwise a message. A
    /// string is CQ text or, with `auto_escape`, one plain text.
    ///
    /// # Errors
    /// As [`MessageParam::read`].
    pub fn read_content(&self, name: &str, auto_escape: bool) -> Result<Message, ParamError> {
        let bare_node = |item: &Value| {
            let object = item.as_object();
            object.is_some_and(|data| {
                !data.contains_key("type")
                    && (data.contains_key("content") || data.contains_key("message"))
            })
        };
        match &self.0 {
            Value::Array(items) if items.iter().any(bare_node) => {
                self.read_nodes(name, auto_escape)
            }
            _ => self.read_named(name, auto_escape),
        }
    }
}

impl JsonSchema for MessageParam {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MessageContent".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let segment = generator.subschema_for::<Segment>();
        json_schema!({
            "description": "A message: CQ text, an array of segments and CQ texts, or one segment.",
            "format": coerce::MESSAGE,
            "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "anyOf": [{ "type": "string" }, segment] } },
                segment,
            ],
            "examples": ["Hello [CQ:face,id=14]"],
        })
    }
}

/// Reads an untyped segment. Missing or null `data` is empty.
fn raw(value: &Value, path: &str) -> Result<RawSegment, ParamError> {
    const EXPECTED: &str = "a segment: an object with `type` and `data`";
    let Value::Object(segment) = value else {
        return Err(ParamError::invalid(path, EXPECTED, value));
    };
    let Some(Value::String(kind)) = segment.get("type") else {
        return Err(ParamError::missing(format!("{path}.type")));
    };
    let data = match segment.get("data") {
        None | Some(Value::Null) => Object::new(),
        Some(Value::Object(data)) => data.clone(),
        Some(other) => {
            return Err(ParamError::invalid(
                format!("{path}.data"),
                "an object",
                other,
            ));
        }
    };
    Ok(RawSegment::new(kind.as_str(), data))
}
