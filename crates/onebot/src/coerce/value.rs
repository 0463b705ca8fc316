//! A value, coerced to a shape. The table of api/actions §1.5, row by row.

use serde_json::{Number, Value};

use super::{
    Encoding, ParamError,
    shape::{Field, Shape, Shapes},
};
use crate::{Object, cq};

/// The largest account or group number: 2^53 − 1.
const LARGEST_ID: u64 = (1 << 53) - 1;

/// Why a value does not fit: what was expected. The caller adds where.
struct Misfit {
    /// The way to it below the value that was handed in: `[2].data`.
    way: String,
    expected: String,
    found: Value,
    missing: bool,
}

type Fit<T = Value> = Result<T, Box<Misfit>>;

fn misfit<T>(expected: impl Into<String>, found: Value) -> Fit<T> {
    Err(Box::new(Misfit {
        way: String::new(),
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
        .map_err(|misfit| {
            let way = misfit.way.strip_prefix('.').unwrap_or(&misfit.way);
            let name = if path.is_empty() {
                way.to_owned()
            } else {
                format!("{path}.{way}")
            };
            if misfit.missing {
                ParamError::missing(name)
            } else {
                ParamError::invalid(name, misfit.expected, &misfit.found)
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
                        return Err(Box::new(Misfit {
                            way: format!(".{}", field.name),
                            expected: String::new(),
                            found: Value::Null,
                            missing: true,
                        }));
                    }
                    continue;
                }
            };
            // A message that is to be taken literally stays the text it is.
            let fitting = if literal && matches!(shape, Shape::Message) {
                Ok(value)
            } else {
                self.value(shape, value)
            };
            let fitting = fitting.map_err(|misfit| below(&format!(".{}", field.name), misfit))?;
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
            Shape::Bool => truth(value),
            Shape::Text => text(value),
            Shape::Choice(texts) => match value {
                Value::String(text) if texts.contains(&text) => Ok(Value::String(text)),
                other => misfit(format!("one of {}", texts.join(", ")), other),
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
                other => misfit("an object", other),
            },
            Shape::Either(shapes) => self.either(shapes, value),
        }
    }

    /// JSON text, where lists and objects come as such; everything else as it is.
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
                // A code begins with a bracket too, but is no JSON; what parses is segments only if it looks like it.
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
            other => misfit(
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
                Err(misfit) if misfit.way.is_empty() => {
                    return self::misfit(
                        format!("a list, each item {}", misfit.expected),
                        misfit.found,
                    );
                }
                Err(misfit) => return Err(misfit),
            },
        };
        let mut fitting = Vec::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            let item = self
                .value(inner, item)
                .map_err(|misfit| below(&format!("[{at}]"), misfit))?;
            fitting.push(item);
        }
        Ok(Value::Array(fitting))
    }

    /// The alternative whose type the value has already, else the first that it can be made to fit.
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
                Err(misfit) => expected.push(misfit.expected),
            }
        }
        misfit(expected.join(" or "), value)
    }
}

/// The same misfit seen from one level up.
#[allow(clippy::unnecessary_box_returns)] // It stays in the box that it came in.
fn below(step: &str, mut misfit: Box<Misfit>) -> Box<Misfit> {
    misfit.way.insert_str(0, step);
    misfit
}

/// Whether a value stands for "nothing given".
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

/// Whether a value looks like a segment, or like the bare data of a node.
fn is_segment(value: &Value) -> bool {
    value.as_object().is_some_and(|object| {
        ["type", "content", "message", "id"]
            .iter()
            .any(|key| object.contains_key(*key))
    })
}

/// JSON text of an array or an object.
fn nested(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with(['[', '{']) || text.starts_with("[CQ:") {
        return None;
    }
    super::json(text)
        .ok()
        .filter(|value| value.is_array() || value.is_object())
}

/// The integer that a value is: a number without a fraction, or the decimal text of one.
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
    /// Above 2^53 a float is no longer the integer that somebody wrote.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if let Some(whole) = number.as_i128() {
        return Some(whole);
    }
    let float = number.as_f64()?;
    if float.fract() != 0.0 || float.abs() > EXACT {
        return None;
    }
    #[allow(clippy::cast_possible_truncation)]
    // checked above: whole, and far below the range's end
    Some(float as i128)
}

fn id(value: Value) -> Fit {
    match whole(&value).and_then(|whole| u64::try_from(whole).ok()) {
        Some(id @ 1..=LARGEST_ID) => Ok(Value::from(id)),
        _ => misfit("a QQ or group number", value),
    }
}

/// Texts that name nobody pass: the segment that holds them says nothing.
fn whom(value: Value) -> Fit {
    let named = match &value {
        Value::String(text) if matches!(text.trim(), "all" | "" | "0") => return Ok(value),
        other => whole(other),
    };
    match named.and_then(|number| u64::try_from(number).ok()) {
        Some(number @ 0..=LARGEST_ID) => Ok(Value::String(number.to_string())),
        _ => misfit("a QQ number or \"all\"", value),
    }
}

fn integer(value: Value, least: i128, most: i128) -> Fit {
    let Some(whole) = whole(&value) else {
        return misfit("an integer", value);
    };
    if whole < least || whole > most {
        return misfit(format!("an integer from {least} to {most}"), value);
    }
    match Number::from_i128(whole) {
        Some(number) => Ok(Value::Number(number)),
        None => misfit("an integer", value),
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
        None => misfit("a number", value),
    }
}

fn truth(value: Value) -> Fit {
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
        None => misfit("true or false", value),
    }
}

fn text(value: Value) -> Fit {
    match value {
        Value::String(_) => Ok(value),
        Value::Number(number) => Ok(Value::String(cq::number(&number))),
        Value::Bool(truth) => Ok(Value::String(truth.to_string())),
        other => misfit("a string", other),
    }
}

fn message_ref(value: Value) -> Fit {
    match whole(&value).and_then(|whole| i64::try_from(whole).ok()) {
        Some(number) => Ok(Value::from(number)),
        None => misfit("a message id: a number or its decimal string", value),
    }
}
