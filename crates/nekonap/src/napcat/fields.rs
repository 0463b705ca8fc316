//! Reads the keys of an object of NapCat's file as NapCat does: missing keys have defaults, and texts are converted to numbers and
//! booleans.

use super::Notes;
use serde_json::{Map, Value};

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// An object and the notes about its keys. A key that was read is removed, so that the unknown ones are left.
pub(super) struct Fields<'a, 'n> {
    /// What precedes the keys in notes.
    prefix: String,
    object: Object,
    notes: &'a mut Notes<'n>,
}

impl<'a, 'n> Fields<'a, 'n> {
    pub(super) fn new(prefix: impl Into<String>, object: Object, notes: &'a mut Notes<'n>) -> Self {
        Self {
            prefix: prefix.into(),
            object,
            notes,
        }
    }

    pub(super) fn text(&mut self, key: &str, default: &str) -> String {
        match self.object.shift_remove(key) {
            None | Some(Value::Null) => default.to_owned(),
            Some(Value::String(text)) => text,
            Some(Value::Number(number)) => number.to_string(),
            Some(other) => {
                self.not("a text", "文本", key, &other, default);
                default.to_owned()
            }
        }
    }

    pub(super) fn flag(&mut self, key: &str, default: bool) -> bool {
        let value = self.object.shift_remove(key).unwrap_or_default();
        let word = match &value {
            Value::Null => return default,
            Value::Bool(value) => return *value,
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.to_ascii_lowercase(),
            _ => String::new(),
        };
        match &*word {
            "true" | "1" => true,
            "false" | "0" => false,
            _ => {
                self.not("true or false", "布尔值", key, &value, default);
                default
            }
        }
    }

    pub(super) fn number(&mut self, key: &str, default: i64) -> i64 {
        let value = self.object.shift_remove(key).unwrap_or_default();
        let number = match &value {
            Value::Null => return default,
            Value::Number(number) => number.to_string().parse::<f64>().ok(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let whole = number.filter(|number| number.fract() == 0.0 && number.abs() < 9e15);
        #[allow(
            clippy::cast_possible_truncation,
            reason = "it is whole and below 2^53"
        )]
        let whole = whole.map(|number| number as i64);
        whole.unwrap_or_else(|| {
            self.not("a whole number", "整数", key, &value, default);
            default
        })
    }

    pub(super) fn object(&mut self, key: &str) -> Object {
        match self.object.shift_remove(key) {
            None | Some(Value::Null) => Object::new(),
            Some(Value::Object(object)) => object,
            Some(other) => {
                self.not("an object", "对象", key, &other, "{}");
                Object::new()
            }
        }
    }

    pub(super) fn objects(&mut self, key: &str) -> Vec<Object> {
        let list = match self.object.shift_remove(key) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list,
            Some(other) => {
                self.not("a list", "列表", key, &other, "[]");
                Vec::new()
            }
        };
        let mut objects = Vec::new();
        for (index, value) in list.into_iter().enumerate() {
            match value {
                Value::Object(object) => objects.push(object),
                other => self.not(
                    "an object",
                    "对象",
                    &format!("{key}[{index}]"),
                    &other,
                    "{}",
                ),
            }
        }
        objects
    }

    /// Notes what has become of a key.
    pub(super) fn note(
        &mut self,
        key: &str,
        english: impl Into<String>,
        chinese: impl Into<String>,
    ) {
        self.notes
            .add(format!("{}{key}", self.prefix), english, chinese);
    }

    /// Notes that there is no equivalent of a key.
    pub(super) fn unsupported(&mut self, key: &str) {
        self.note(
            key,
            "Nekonap has no such setting; left out",
            "Nekonap 没有这一项,已略去",
        );
    }

    /// Notes the keys that were not read.
    pub(super) fn finish(mut self) {
        for key in std::mem::take(&mut self.object).keys() {
            self.unsupported(key);
        }
    }

    fn not(
        &mut self,
        english: &str,
        chinese: &str,
        key: &str,
        value: &Value,
        default: impl std::fmt::Display,
    ) {
        self.note(
            key,
            format!("{value} is not {english}; the default {default} is used"),
            format!("{value} 不是{chinese},已改用默认值 {default}"),
        );
    }
}
