//! The part of a JSON schema that coercion needs.

use std::collections::HashMap;

use serde_json::Value;

/// Expected type of a value.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// Any value.
    Any,
    /// A QQ number or group number; 0 counts as missing.
    Id,
    /// An integer in a range.
    Integer { least: i128, most: i128 },
    /// A number.
    Number,
    /// A boolean.
    Bool,
    /// A string.
    Text,
    /// One of these strings.
    Choice(Vec<String>),
    /// A list.
    List(Box<Shape>),
    /// An object with these fields. Other fields are not changed.
    Fields(Vec<Field>),
    /// A message: CQ text, segments, or one segment.
    Message,
    /// A message id.
    MessageRef,
    /// A QQ number or `all`, as a string.
    Whom,
    /// One of several types.
    Either(Vec<Shape>),
    /// A definition, by its index in [`Shapes::named`].
    Named(usize),
}

/// A field of an object.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) shape: Shape,
    pub(super) required: bool,
}

/// A schema with its definitions, which may be recursive.
#[derive(Debug, Clone)]
pub(super) struct Shapes {
    root: Vec<Field>,
    named: Vec<Shape>,
}

impl Shapes {
    pub(super) fn read(schema: &Value) -> Self {
        let definitions = schema.get("$defs").and_then(Value::as_object);
        let places: HashMap<&str, usize> = definitions
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(at, (name, _))| (name.as_str(), at))
            .collect();
        let reader = Reader { names: places };
        let named: Vec<Shape> = definitions
            .into_iter()
            .flatten()
            .map(|(name, schema)| reader.definition(name, schema))
            .collect();
        let root = match reader.shape(schema) {
            Shape::Fields(fields) => fields,
            // A reference to another type, such as a newtype around a struct.
            Shape::Named(at) => match named.get(at) {
                Some(Shape::Fields(fields)) => fields.clone(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        Self { root, named }
    }

    /// Fields of the root object.
    pub(super) fn fields(&self) -> &[Field] {
        &self.root
    }

    /// Follows references to definitions.
    pub(super) fn resolve<'a>(&'a self, shape: &'a Shape) -> &'a Shape {
        // The limit prevents an endless loop. Chains of references are short.
        let mut shape = shape;
        for _ in 0..8 {
            match shape {
                Shape::Named(at) => shape = self.named.get(*at).unwrap_or(&Shape::Any),
                other => return other,
            }
        }
        &Shape::Any
    }
}

struct Reader<'a> {
    names: HashMap<&'a str, usize>,
}

impl Reader<'_> {
    /// Reads a definition. QQ and group numbers are recognized by the names of their types.
    fn definition(&self, name: &str, schema: &Value) -> Shape {
        match name {
            "Uin" | "GroupUin" => Shape::Id,
            _ => self.shape(schema),
        }
    }

    fn shape(&self, schema: &Value) -> Shape {
        let Some(keywords) = schema.as_object() else {
            return Shape::Any;
        };
        let format = keywords
            .get("format")
            .and_then(Value::as_str)
            .unwrap_or_default();
        match format {
            super::MESSAGE => return Shape::Message,
            super::MESSAGE_REF => return Shape::MessageRef,
            super::WHOM => return Shape::Whom,
            _ => {}
        }
        if let Some(name) = keywords.get("$ref").and_then(Value::as_str) {
            let name = name.rsplit('/').next().unwrap_or_default();
            return self
                .names
                .get(name)
                .map_or(Shape::Any, |&at| Shape::Named(at));
        }
        if let Some(choices) = keywords.get("enum").and_then(Value::as_array) {
            let texts: Vec<String> = choices
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
            return if texts.is_empty() {
                Shape::Any
            } else {
                Shape::Choice(texts)
            };
        }
        for alternatives in ["anyOf", "oneOf", "allOf"] {
            if let Some(list) = keywords.get(alternatives).and_then(Value::as_array) {
                return self.either(list);
            }
        }
        match one_type(keywords.get("type")) {
            Some("integer") => {
                let (least, most) = range(format);
                let bound = |key: &str| keywords.get(key).and_then(Value::as_i64).map(i128::from);
                Shape::Integer {
                    least: bound("minimum").unwrap_or(least).max(least),
                    most: bound("maximum").unwrap_or(most).min(most),
                }
            }
            Some("number") => Shape::Number,
            Some("boolean") => Shape::Bool,
            Some("string") => match keywords.get("const").and_then(Value::as_str) {
                Some(text) => Shape::Choice(vec![text.to_owned()]),
                None => Shape::Text,
            },
            Some("array") => {
                let items = keywords
                    .get("items")
                    .map_or(Shape::Any, |items| self.shape(items));
                Shape::List(Box::new(items))
            }
            Some("object") => Shape::Fields(self.fields(keywords)),
            _ => Shape::Any,
        }
    }

    /// Reads alternatives. Null is skipped, because it always means missing. Constants are merged into one choice.
    fn either(&self, schemas: &[Value]) -> Shape {
        let mut shapes = Vec::new();
        let mut texts = Vec::new();
        for schema in schemas {
            if schema.get("type").and_then(Value::as_str) == Some("null") {
                continue;
            }
            match self.shape(schema) {
                Shape::Choice(more) => texts.extend(more),
                other => shapes.push(other),
            }
        }
        if !texts.is_empty() {
            shapes.push(Shape::Choice(texts));
        }
        if shapes.len() == 1 {
            shapes.swap_remove(0)
        } else {
            Shape::Either(shapes)
        }
    }

    fn fields(&self, keywords: &crate::Object) -> Vec<Field> {
        let required: Vec<&str> = keywords
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        keywords
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, schema)| Field {
                name: name.clone(),
                shape: self.shape(schema),
                required: required.contains(&name.as_str()),
            })
            .collect()
    }
}

/// The type that is not null, if there is exactly one.
fn one_type(types: Option<&Value>) -> Option<&str> {
    match types? {
        Value::String(name) => Some(name),
        Value::Array(names) => {
            let mut names = names
                .iter()
                .filter_map(Value::as_str)
                .filter(|&name| name != "null");
            let first = names.next();
            if names.next().is_some() { None } else { first }
        }
        _ => None,
    }
}

/// Range of an integer, by the `format` that schemars writes for Rust's integer types.
fn range(format: &str) -> (i128, i128) {
    match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint64" | "uint" => (0, u64::MAX.into()),
        _ => (i64::MIN.into(), i64::MAX.into()),
    }
}
