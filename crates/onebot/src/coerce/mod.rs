//! The one lenient place: what frameworks send becomes what an action's schema wants (api/actions §1.1, §1.5).
//!
//! Parameter types stay plain. [`Params`] is read once from a type's JSON schema; [`Params::coerce`] then turns `"123"`
//! into 123, `"yes"` into true, 5 into `"5"`, drops what counts as absent, and refuses everything else by name.

mod shape;
mod value;

use std::io;

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::Value;
use thiserror::Error;

use crate::{Code, Object, surrogates};
use shape::Shapes;

/// The `format` of a schema that stands for a message: CQ text, an array of segments, or one segment.
pub(crate) const MESSAGE: &str = "onebot-message";
/// The `format` of a schema that stands for a message id.
pub(crate) const MESSAGE_REF: &str = "onebot-message-id";
/// The `format` of a schema that stands for an account's number or `all`, as text.
pub(crate) const WHOM: &str = "onebot-at";

/// How deep the brackets of a JSON5 text may nest: as deep as strict JSON is read.
const DEEPEST: usize = 128;

/// How parameters came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// As JSON: a string is a string.
    #[default]
    Json,
    /// As text (a query, a form, CQ text): every value is a string, and lists and objects are JSON text.
    Form,
}

/// What is wrong with a parameter, and which. The name has the way to it: `message[2].data.qq`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParamError {
    /// It is required and absent (null and, except for texts, `""` count as absent).
    #[error("parameter `{name}` is missing")]
    Missing {
        /// Which parameter.
        name: String,
    },
    /// It cannot be read as what is wanted.
    #[error("parameter `{name}` must be {expected}, not {found}")]
    Invalid {
        /// Which parameter.
        name: String,
        /// What would be accepted.
        expected: String,
        /// What came, shortened.
        found: String,
    },
}

impl ParamError {
    /// Something else than what was expected came.
    pub fn invalid(name: impl Into<String>, expected: impl Into<String>, found: &Value) -> Self {
        Self::Invalid {
            name: name.into(),
            expected: expected.into(),
            found: excerpt(found),
        }
    }

    /// A required parameter is absent.
    pub fn missing(name: impl Into<String>) -> Self {
        Self::Missing { name: name.into() }
    }

    /// The parameter's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Missing { name } | Self::Invalid { name, .. } => name,
        }
    }

    /// The machine code of the refusal.
    pub const fn code(&self) -> Code {
        match self {
            Self::Missing { .. } => Code::ParamMissing,
            Self::Invalid { .. } => Code::ParamInvalid,
        }
    }
}

/// What an action wants, read once from the schema of its parameter type.
#[derive(Debug, Clone)]
pub struct Params {
    shapes: Shapes,
}

impl Params {
    /// What this type wants.
    pub fn of<P: JsonSchema>() -> Self {
        Self::new(
            &SchemaSettings::draft2020_12()
                .into_generator()
                .into_root_schema_for::<P>(),
        )
    }

    /// What the type with this schema wants.
    pub fn new(schema: &Schema) -> Self {
        Self {
            shapes: Shapes::read(schema.as_value()),
        }
    }

    /// The names of the parameters, in the order of the type's fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.shapes.fields().iter().map(|field| field.name.as_str())
    }

    /// Gives the parameters their types, so that serde reads them without further ado. Absent ones are removed, so that
    /// their defaults hold; unknown ones stay as they are.
    ///
    /// # Errors
    /// The first parameter that is missing or cannot be read as what is wanted.
    pub fn coerce(&self, params: Object, encoding: Encoding) -> Result<Object, ParamError> {
        self.coerce_within("", params, encoding)
    }

    /// The same for an object inside a parameter: names in errors begin with `path`.
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

/// Coerces parameters against a schema that is used once. An action that is called again and again keeps its [`Params`].
///
/// # Errors
/// As [`Params::coerce`].
pub fn coerce(schema: &Schema, params: Object, encoding: Encoding) -> Result<Object, ParamError> {
    Params::new(schema).coerce(params, encoding)
}

/// The value of the first of these names that is there and not null. For second names of a parameter, of which either may
/// come, or both.
pub fn rename(params: &mut Object, synonym: &str, name: &str) {
    if params.get(name).is_none_or(Value::is_null)
        && let Some(value) = params.get_mut(synonym)
    {
        let value = value.take();
        params.insert(name.to_owned(), value);
    }
}

/// Reads JSON, strictly first and as JSON5 if that fails. Half of a surrogate pair is read as U+FFFD.
///
/// # Errors
/// What is wrong with it, for people: of the strict reading, which is what most callers meant.
pub fn json(text: &str) -> Result<Value, String> {
    let text = text.trim_start_matches('\u{feff}');
    let strict = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let mended = surrogates::mended(text);
    if let Some(text) = &mended
        && let Ok(value) = serde_json::from_str(text)
    {
        return Ok(value);
    }
    let text = mended.as_deref().unwrap_or(text);
    // The JSON5 reader recurses without a limit of its own.
    if nesting(text) <= DEEPEST
        && let Ok(value) = json5::from_str(text)
    {
        return Ok(value);
    }
    Err(format!("the JSON cannot be read: {strict}"))
}

/// How deep the brackets of a JSON5 text nest, those in strings and comments apart.
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
                // Up to the end of the line, in every spelling that JSON5 has for one.
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

/// An object; nothing, `""` and `[]` are an empty one.
pub(crate) fn object_or_nothing(value: Value) -> Option<Object> {
    match value {
        Value::Object(object) => Some(object),
        Value::Null => Some(Object::new()),
        Value::String(text) if text.is_empty() => Some(Object::new()),
        Value::Array(items) if items.is_empty() => Some(Object::new()),
        _ => None,
    }
}

/// A value as it is shown in an error: the beginning of its JSON.
fn excerpt(value: &Value) -> String {
    /// Bytes of JSON that are shown.
    const LONGEST: usize = 40;
    let mut start = Start {
        bytes: Vec::new(),
        longest: LONGEST,
    };
    let whole = serde_json::to_writer(&mut start, value).is_ok();
    let mut text = String::from_utf8_lossy(&start.bytes).into_owned();
    if !whole {
        // A character may be cut in the middle.
        text.truncate(text.trim_end_matches('\u{fffd}').len());
        text.push('…');
    }
    text
}

/// Takes the first bytes of what is written and refuses the rest, so that no long value is written whole to be cut.
struct Start {
    bytes: Vec<u8>,
    longest: usize,
}

impl io::Write for Start {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.longest - self.bytes.len();
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
