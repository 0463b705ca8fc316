//! Messages: lists of segments, as a parameter and as a value (api/events-and-segments §9.4, §9.5).

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Encoding, Form, Object, ParamError, RawSegment, Segment, coerce, cq};

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Message(pub Vec<Segment>);

impl Message {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its segments.
    pub fn iter(&self) -> std::slice::Iter<'_, Segment> {
        self.0.iter()
    }

    /// Adds a segment. A text that follows a text becomes part of it (api/events-and-segments §7.2).
    pub fn push(&mut self, segment: Segment) {
        match (self.0.last_mut(), segment) {
            (Some(Segment::Text(last)), Segment::Text(more)) => last.text.push_str(&more.text),
            (_, segment) => self.0.push(segment),
        }
    }

    /// Its segments as data.
    pub fn to_raw(&self) -> Vec<RawSegment> {
        self.0.iter().map(Segment::to_raw).collect()
    }

    /// It as CQ text.
    pub fn to_cq(&self) -> String {
        cq::write(&self.to_raw())
    }

    /// It as JSON in one of the two forms.
    pub fn to_value(&self, form: Form) -> Value {
        match form {
            Form::Array => serde_json::to_value(self).unwrap_or_default(),
            Form::String => Value::String(self.to_cq()),
        }
    }

    /// Reads CQ text.
    ///
    /// # Errors
    /// A code whose values cannot be read is refused by its place and key.
    pub fn from_cq(text: &str) -> Result<Self, ParamError> {
        Self::from_raw(cq::read(text), Encoding::Form)
    }

    /// Reads segments that are data.
    ///
    /// # Errors
    /// A segment whose values cannot be read is refused by its place and key.
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

    /// Reads CQ text that stands inside an array, where another message's place is known.
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
    /// Collects segments; neighbouring texts become one.
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

/// A message as a parameter: CQ text, an array of segments, or one segment, not read yet, because `auto_escape` beside it
/// decides how it is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageParam(Value);

impl MessageParam {
    /// The message with this JSON.
    pub const fn new(value: Value) -> Self {
        Self(value)
    }

    /// Its JSON, as it came.
    pub const fn as_value(&self) -> &Value {
        &self.0
    }

    /// Reads it. With `auto_escape` a string is one text as it stands, and no CQ text. Strings in an array are CQ text.
    ///
    /// # Errors
    /// Names the value that is not a segment, or the key that is missing or cannot be read.
    pub fn read(&self, auto_escape: bool) -> Result<Message, ParamError> {
        self.read_named("message", auto_escape)
    }

    /// The same for a parameter with another name than `message`.
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

    /// Reads it as the nodes of a merged forward, where the data of a node may stand without its `type`
    /// (api/actions §3.2).
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
    /// Reads the content of a node: nodes where it is a list of nodes or of their bare data, else a message. A string is
    /// CQ text, or with `auto_escape` one text.
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

/// A segment's type and data; data that is null or missing is empty.
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
