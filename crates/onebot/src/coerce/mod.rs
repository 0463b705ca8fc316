//! Converts the parameters that frameworks send to the types of an action's JSON schema (api/actions §1.1, §1.5).
//!
//! [`Params`] is created once from the JSON schema of a type, so the type itself needs no lenient deserialization.
//! [`Params::coerce`] converts `"123"` to 123, `"yes"` to true and 5 to `"5"` as the schema requires, and removes values
//! that count as missing. Any other value is an error that names the parameter.

mod shape;
mod value;

use std::io;

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::Value;
use thiserror::Error;

use crate::{Code, Object, surrogates};
use shape::Shapes;

/// `format` in the schema of a message: CQ text, an array of segments, or one segment.
pub(crate) const MESSAGE: &str = "onebot-message";
/// `format` in the schema of a message id.
pub(crate) const MESSAGE_REF: &str = "onebot-message-id";
/// `format` in the schema of a mention: a QQ number as text, or `all`.
pub(crate) const WHOM: &str = "onebot-at";

/// Maximum nesting depth of JSON5 text; the same as `serde_json`'s limit for JSON.
const MAX_NESTING: usize = 128;

/// Encoding in which parameters were received.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// JSON: a string is a string.
    #[default]
    Json,
    /// Text (a query, a form or CQ text): every value is a string, and lists and objects are JSON text.
    Form,
}

/// A missing or invalid parameter. The name is a path such as `message[2].data.qq`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParamError {
    /// A required parameter is missing. Null counts as missing, and so does `""` if the parameter is not a string.
    #[error("parameter `{name}` is missing")]
    Missing {
        /// Path of the parameter.
        name: String,
    },
    /// The value cannot be converted to the type of the parameter.
    #[error("parameter `{name}` must be {expected}, not {found}")]
    Invalid {
        /// Path of the parameter.
        name: String,
        /// Description of valid values.
        expected: String,
        /// The received value as JSON, shortened.
        found: String,
    },
}

impl ParamError {
    /// An [`Invalid`](Self::Invalid) error.
    pub fn invalid(name: impl Into<String>, expected: impl Into<String>, found: &Value) -> Self {
        Self::Invalid {
            name: name.into(),
            expected: expected.into(),
            found: excerpt(found),
        }
    }

    /// A [`Missing`](Self::Missing) error.
    pub fn missing(name: impl Into<String>) -> Self {
        Self::Missing { name: name.into() }
    }

    /// Path of the parameter.
    pub fn name(&self) -> &str {
        match self {
            Self::Missing { name } | Self::Invalid { name, .. } => name,
        }
    }

    /// Error code of the answer.
    pub const fn code(&self) -> Code {
        match self {
            Self::Missing { .. } => Code::ParamMissing,
            Self::Invalid { .. } => Code::ParamInvalid,
        }
    }
}

/// The parameters of an action, from the JSON schema of its parameter type.
#[derive(Debug, Clone)]
pub struct Params {
    shapes: Shapes,
}

impl Params {
    /// The parameters of a type.
    pub fn of<P: JsonSchema>() -> Self {
        Self::new(
            &SchemaSettings::draft2020_12()
                .into_generator()
                .into_root_schema_for::<P>(),
        )
    }

    /// The parameters of the type with this schema.
    pub fn new(schema: &Schema) -> Self {
        Self {
            shapes: Shapes::read(schema.as_value()),
        }
    }

    /// Names of the parameters, in the order of the fields of the type.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.shapes.fields().iter().map(|field| field.name.as_str())
    }

    /// Converts the parameters to their types, so that serde can deserialize them. Parameters that count as missing are
    /// removed, so that their defaults apply; unknown parameters are not changed.
    ///
    /// # Errors
    /// The first parameter that is missing or cannot be converted.
    pub fn coerce(&self, params: Object, encoding: Encoding) -> Result<Object, ParamError> {
        self.coerce_within("", params, encoding)
    }

    /// Like [`Params::coerce`], for an object in a parameter: names in errors begin with `path`.
    pub(crate) fn coerce_within(
        &self,
        path: &str,
        mut params: Object,
        encoding: Encoding,
    ) -> Result<Object, ParamError> {
        value::fields(
            &self.shapes,
            self.shapes.fields(),
            &mut params,
            path,
            encoding,
        )?;
        Ok(params)
    }
}

/// Converts parameters by a schema that is used only once. For a schema that is used repeatedly, create [`Params`] once.
///
/// # Errors
/// As [`Params::coerce`].
pub fn coerce(schema: &Schema, params: Object, encoding: Encoding) -> Result<Object, ParamError> {
    Params::new(schema).coerce(params, encoding)
}

/// Renames the parameter `synonym` to `name`, unless `name` is present and not null. For parameters with two names.
pub fn rename(params: &mut Object, synonym: &str, name: &str) {
    if params.get(name).is_none_or(Value::is_null)
        && let Some(value) = params.get_mut(synonym)
    {
        let value = value.take();
        params.insert(name.to_owned(), value);
    }
}

/// Reads JSON or, if that fails, JSON5. An unpaired surrogate is read as U+FFFD.
///
/// # Errors
/// The error of the JSON reader, not of the JSON5 reader, because most callers intend to send JSON.
pub fn json(text: &str) -> Result<Value, String> {
    let text = text.trim_start_matches('\u{feff}');
    let strict = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let replaced = surrogates::replace_unpaired(text);
    if let Some(text) = &replaced
        && let Ok(value) = serde_json::from_str(text)
    {
        return Ok(value);
    }
    let text = replaced.as_deref().unwrap_or(text);
    // The JSON5 parser recurses and has no depth limit.
    if nesting(text) <= MAX_NESTING
        && let Ok(value) = json5::from_str(text)
    {
        return Ok(value);
    }
    Err(format!("the JSON cannot be read: {strict}"))
}

/// Maximum depth of brackets in JSON5 text, not counting strings and comments.
fn nesting(text: &str) -> usize {
    let mut open = 0_usize;
    let mut deepest = 0;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '[' | '{' => {
                open += 1;
                deepest = deepest.max(open);
            }
            ']' | '}' => open = open.saturating_sub(1),
            '"' | '\'' => {
                while let Some(inside) = chars.next() {
                    match inside {
                        '\\' => drop(chars.next()),
                        end if end == char => break,
                        _ => {}
                    }
                }
            }
            '/' if chars.peek() == Some(&'/') => {
                // All line terminators of JSON5.
                let ends = |inside| matches!(inside, '\n' | '\r' | '\u{2028}' | '\u{2029}');
                while chars.next_if(|&inside| !ends(inside)).is_some() {}
            }
            '/' if chars.next_if_eq(&'*').is_some() => {
                let mut star = false;
                for inside in chars.by_ref() {
                    if star && inside == '/' {
                        break;
                    }
                    star = inside == '*';
                }
            }
            _ => {}
        }
    }
    deepest
}

/// The value as an object. Null, `""` and `[]` are an empty object.
pub(crate) fn object_or_nothing(value: Value) -> Option<Object> {
    match value {
        Value::Object(object) => Some(object),
        Value::Null => Some(Object::new()),
        Value::String(text) if text.is_empty() => Some(Object::new()),
        Value::Array(items) if items.is_empty() => Some(Object::new()),
        _ => None,
    }
}

/// The beginning of a value's JSON, for errors.
fn excerpt(value: &Value) -> String {
    /// Maximum length in bytes.
    const MAX_LENGTH: usize = 40;
    let mut prefix = Prefix {
        bytes: Vec::new(),
        limit: MAX_LENGTH,
    };
    let whole = serde_json::to_writer(&mut prefix, value).is_ok();
    let mut text = String::from_utf8_lossy(&prefix.bytes).into_owned();
    if !whole {
        // The last character may be incomplete.
        text.truncate(text.trim_end_matches('\u{fffd}').len());
        text.push('…');
    }
    text
}

/// A writer that keeps the first bytes and then fails, so that a long value is not written in full.
struct Prefix {
    bytes: Vec<u8>,
    limit: usize,
}

impl io::Write for Prefix {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.limit - self.bytes.len();
        if room == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::WriteZero.into());
        }
        let taken = &bytes[..room.min(bytes.len())];
        self.bytes.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
