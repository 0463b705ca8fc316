//! Coerces values to shapes, by the table of api/actions §1.5.

use serde_json::{Number, Value};

use super::{
    Encoding, ParamError,
    shape::{Field, Shape, Shapes},
};
use crate::{Object, cq};

/// The largest QQ or group number: 2^53 − 1.
const LARGEST_ID: u64 = (1 << 53) - 1;

/// Why a value cannot be converted.
struct Mismatch {
    /// Path of the value below the coerced value: `[2].data`.
    path: String,
    expected: String,
    found: Value,
    missing: bool,
}

type Fit<T = Value> = Result<T, Box<Mismatch>>;

fn mismatch<T>(expected: impl Into<String>, found: Value) -> Fit<T> {
    Err(Box::new(Mismatch {
        path: String::new(),
        expected: expected.into(),
        found,
        missing: false,
    }))
}

/// Coerces an object's fields in place.
pub(super) fn fields(
    shapes: &Shapes,
    wanted: &[Field],
    object: &mut Object,
    path: &str,
    encoding: Encoding,
) -> Result<(), ParamError> {
    Coercion { shapes, encoding }
        .fields(wanted, object)
        .map_err(|mismatch| {
            let inner = mismatch.path.strip_prefix('.').unwrap_or(&mismatch.path);
            let name = if path.is_empty() {
                inner.to_owned()
            } else {
                format!("{path}.{inner}")
            };
            if mismatch.missing {
                ParamError::missing(name)
            } else {
                ParamError::invalid(name, mismatch.expected, &mismatch.found)
            }
        })
}

struct Coercion<'a> {
    shapes: &'a Shapes,
    encoding: Encoding,
}

impl Coercion<'_> {
    fn fields(&self, wanted: &[Field], object: &mut Object) -> Fit<()> {
        let literal = object
            .get("auto_escape")
            .cloned()
            .is_some_and(|value| matches!(self.value(&Shape::Bool, value), Ok(Value::Bool(true))));
        for field in wanted {
            let shape = self.shapes.resolve(&field.shape);
            let value = match object.get_mut(&field.name) {
                Some(value) if !absent(shape, value) => value.take(),
                present => {
                    if present.is_some() {
                        object.shift_remove(&field.name);
                    }
                    if field.required {
                        return Err(Box::new(Mismatch {
                            path: format!(".{}", field.name),
                            expected: String::new(),
                            found: Value::Null,
                            missing: true,
                        }));
                    }
                    continue;
                }
            };
            // With `auto_escape` a message is kept as it is.
            let fitting = if literal && matches!(shape, Shape::Message) {
                Ok(value)
            } else {
                self.value(shape, value)
            };
            let fitting =
                fitting.map_err(|mismatch| below(&format!(".{}", field.name), mismatch))?;
            object.insert(field.name.clone(), fitting);
        }
        Ok(())
    }

    fn value(&self, shape: &Shape, value: Value) -> Fit {
        match self.shapes.resolve(shape) {
            Shape::Any | Shape::Named(_) => Ok(self.decoded(value)),
            Shape::Id => id(value),
            Shape::Integer { least, most } => integer(value, *least, *most),
            Shape::Number => number(value),
            Shape::Bool => boolean(value),
            Shape::Text => text(value),
            Shape::Choice(texts) => match value {
                Value::String(text) if texts.contains(&text) => Ok(Value::String(text)),
                other => mismatch(format!("one of {}", texts.join(", ")), other),
            },
            Shape::Message => self.message(value),
            Shape::MessageRef => message_ref(value),
            Shape::Whom => whom(value),
            Shape::List(inner) => self.list(inner, value),
            Shape::Fields(wanted) => match self.decoded(value) {
                Value::Object(mut object) => {
                    self.fields(wanted, &mut object)?;
                    Ok(Value::Object(object))
                }
                other => mismatch("an object", other),
            },
            Shape::Either(shapes) => self.either(shapes, value),
        }
    }

    /// Parses a list or object that was received as JSON text. Other values are not changed.
    fn decoded(&self, value: Value) -> Value {
        match value {
            Value::String(text) if self.encoding == Encoding::Form => {
                nested(&text).unwrap_or(Value::String(text))
            }
            other => other,
        }
    }

    fn message(&self, value: Value) -> Fit {
        match value {
            Value::String(text) if self.encoding == Encoding::Form => {
                // Text that parses as JSON is a message only if all its items look like segments.
                let segments = nested(&text).filter(|value| match value {
                    Value::Array(items) => items
                        .iter()
                        .all(|item| item.is_string() || is_segment(item)),
                    other => is_segment(other),
                });
                Ok(segments.unwrap_or(Value::String(text)))
            }
            Value::Number(number) => Ok(Value::String(cq::number(&number))),
            Value::String(_) | Value::Array(_) | Value::Object(_) => Ok(value),
            other => mismatch(
                "a message: a string, an array of segments or a segment",
                other,
            ),
        }
    }

    fn list(&self, inner: &Shape, value: Value) -> Fit {
        let items = match self.decoded(value) {
            Value::Array(items) => items,
            other => match self.value(inner, other) {
                Ok(item) => return Ok(Value::Array(vec![item])),
                Err(mismatch) if mismatch.path.is_empty() => {
                    return self::mismatch(
                        format!("a list, each item {}", mismatch.expected),
                        mismatch.found,
                    );
                }
                Err(mismatch) => return Err(mismatch),
            },
        };
        let mut fitting = Vec::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            let item = self
                .value(inner, item)
                .map_err(|mismatch| below(&format!("[{at}]"), mismatch))?;
            fitting.push(item);
        }
        Ok(Value::Array(fitting))
    }

    /// Uses the alternative with the same type as the value, otherwise the first one that the value can be converted to.
    fn either(&self, shapes: &[Shape], value: Value) -> Fit {
        let same = shapes
            .iter()
            .find(|shape| is_already(self.shapes.resolve(shape), &value));
        if let Some(shape) = same {
            return self.value(shape, value);
        }
        let mut expected = Vec::new();
        for shape in shapes {
            match self.value(shape, value.clone()) {
                Ok(value) => return Ok(value),
                Err(mismatch) => expected.push(mismatch.expected),
            }
        }
        mismatch(expected.join(" or "), value)
    }
}

/// Adds a step to the front of the path.
#[allow(clippy::unnecessary_box_returns)] // Avoids moving it out of its box.
fn below(step: &str, mut mismatch: Box<Mismatch>) -> Box<Mismatch> {
    mismatch.path.insert_str(0, step);
    mismatch
}

/// Whether a value counts as missing.
fn absent(shape: &Shape, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => match shape {
            Shape::Id => matches!(text.trim(), "" | "0"),
            Shape::Integer { .. } | Shape::Number | Shape::Bool | Shape::MessageRef => {
                text.trim().is_empty()
            }
            _ => false,
        },
        Value::Number(number) => matches!(shape, Shape::Id) && number.as_f64() == Some(0.0),
        _ => false,
    }
}

fn is_already(shape: &Shape, value: &Value) -> bool {
    match value {
        Value::String(_) => matches!(
            shape,
            Shape::Text | Shape::Choice(_) | Shape::Message | Shape::Whom
        ),
        Value::Number(_) => matches!(
            shape,
            Shape::Id | Shape::Integer { .. } | Shape::Number | Shape::MessageRef
        ),
        Value::Bool(_) => matches!(shape, Shape::Bool),
        Value::Array(_) => matches!(shape, Shape::List(_) | Shape::Message),
        Value::Object(_) => matches!(shape, Shape::Fields(_) | Shape::Message),
        Value::Null => false,
    }
}

/// Whether a value looks like a segment, or like the data of a node without `type`.
fn is_segment(value: &Value) -> bool {
    value.as_object().is_some_and(|object| {
        ["type", "content", "message", "id"]
            .iter()
            .any(|key| object.contains_key(*key))
    })
}

/// Parses JSON text of an array or an object.
fn nested(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with(['[', '{']) || text.starts_with("[CQ:") {
        return None;
    }
    super::json(text)
        .ok()
        .filter(|value| value.is_array() || value.is_object())
}

/// The value as an integer: a number without a fraction, or the decimal text of one.
fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Number(number) => from_number(number),
        Value::String(text) => {
            let text = text.trim();
            let number: Number = match text.parse::<i128>() {
                Ok(whole) => return Some(whole),
                Err(_) => Number::from_f64(text.parse().ok()?)?,
            };
            from_number(&number)
        }
        _ => None,
    }
}

fn from_number(number: &Number) -> Option<i128> {
    /// Above 2^53 a float cannot represent every integer exactly.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if let Some(whole) = number.as_i128() {
        return Some(whole);
    }
    let float = number.as_f64()?;
    if float.fract() != 0.0 || float.abs() > EXACT {
        return None;
    }
    #[allow(clippy::cast_possible_truncation)]
    // checked above: an integer of at most 2^53
    Some(float as i128)
}

fn id(value: Value) -> Fit {
    match whole(&value).and_then(|whole| u64::try_from(whole).ok()) {
        Some(id @ 1..=LARGEST_ID) => Ok(Value::from(id)),
        _ => mismatch("a QQ or group number", value),
    }
}

/// Empty text and `0` are kept: a mention with this value is an empty segment.
fn whom(value: Value) -> Fit {
    let named = match &value {
        Value::String(text) if matches!(text.trim(), "all" | "" | "0") => return Ok(value),
        other => whole(other),
    };
    match named.and_then(|number| u64::try_from(number).ok()) {
        Some(number @ 0..=LARGEST_ID) => Ok(Value::String(number.to_string())),
        _ => mismatch("a QQ number or \"all\"", value),
    }
}

fn integer(value: Value, least: i128, most: i128) -> Fit {
    let Some(whole) = whole(&value) else {
        return mismatch("an integer", value);
    };
    if whole < least || whole > most {
        return mismatch(format!("an integer from {least} to {most}"), value);
    }
    match Number::from_i128(whole) {
        Some(number) => Ok(Value::Number(number)),
        None => mismatch("an integer", value),
    }
}

fn number(value: Value) -> Fit {
    if value.is_number() {
        return Ok(value);
    }
    let parsed = value.as_str().map(str::trim).and_then(|text| {
        let whole = text.parse::<i64>().ok().map(Number::from);
        whole.or_else(|| Number::from_f64(text.parse().ok()?))
    });
    match parsed {
        Some(number) => Ok(Value::Number(number)),
        None => mismatch("a number", value),
    }
}

fn boolean(value: Value) -> Fit {
    let truth = match &value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => match number.as_f64() {
            Some(1.0) => Some(true),
            Some(0.0) => Some(false),
            _ => None,
        },
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    };
    match truth {
        Some(truth) => Ok(Value::Bool(truth)),
        None => mismatch("true or false", value),
    }
}

fn text(value: Value) -> Fit {
    match value {
        Value::String(_) => Ok(value),
        Value::Number(number) => Ok(Value::String(cq::number(&number))),
        Value::Bool(truth) => Ok(Value::String(truth.to_string())),
        other => mismatch("a string", other),
    }
}

fn message_ref(value: Value) -> Fit {
    match whole(&value).and_then(|whole| i64::try_from(whole).ok()) {
        Some(number) => Ok(Value::from(number)),
        None => mismatch("a message id: a number or its decimal string", value),
    }
}
