//! Writes CQ text (api/events-and-segments §9.2, §9.3).

use serde_json::{Number, Value};

use crate::RawSegment;

/// Writes segments as CQ text. Null and empty values are skipped; arrays and objects are written as compact JSON.
pub fn write(segments: &[RawSegment]) -> String {
    let mut out = String::new();
    for segment in segments {
        if segment.kind == "text" {
            if let Some(text) = segment.data.get("text").and_then(as_text) {
                escape(&text, false, &mut out);
            }
            continue;
        }
        out.push_str("[CQ:");
        out.push_str(&segment.kind);
        for (key, value) in &segment.data {
            let Some(text) = as_text(value).filter(|text| !text.is_empty()) else {
                continue;
            };
            out.push(',');
            out.push_str(key);
            out.push('=');
            escape(&text, true, &mut out);
        }
        out.push(']');
    }
    out
}

/// Escapes `&`, `[` and `]` in a text.
pub fn escape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, false, &mut out);
    out
}

/// Escapes `&`, `[`, `]` and `,` in a value of a code.
pub fn escape_value(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    escape(value, true, &mut out);
    out
}

fn escape(text: &str, in_value: bool, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '[', ']', ',']) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = special.chars();
        match chars.next() {
            Some('&') => out.push_str("&amp;"),
            Some('[') => out.push_str("&#91;"),
            Some(']') => out.push_str("&#93;"),
            Some(',') if in_value => out.push_str("&#44;"),
            Some(other) => out.push(other),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// A value as text; `None` for null.
fn as_text(value: &Value) -> Option<std::borrow::Cow<'_, str>> {
    Some(match value {
        Value::Null => return None,
        Value::String(text) => text.as_str().into(),
        Value::Number(value) => number(value).into(),
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
        nested => nested.to_string().into(),
    })
}

/// A number in its shortest decimal form: `1` for `1.0`.
pub(crate) fn number(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => float.to_string(),
        _ => number.to_string(),
    }
}
