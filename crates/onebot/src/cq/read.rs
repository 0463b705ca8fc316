//! Parses CQ text (api/events-and-segments §9.1, §9.2, §9.4). Never fails: everything that is not a valid code is text.

use std::borrow::Cow;

use serde_json::Value;

use crate::{Object, RawSegment};

/// Start of a code.
const OPENING: &str = "[CQ:";

/// Reads CQ text. All values are strings and keep their order; if a key is repeated, the last value is used. Takes linear
/// time for any text.
pub fn read(text: &str) -> Vec<RawSegment> {
    let mut out = Pieces::default();
    let mut codes = Codes { text, failed_at: 0 };
    let mut plain = 0;
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(OPENING)) {
        let start = from + found;
        match codes.read(start) {
            Some((segment, end)) => {
                out.text(&text[plain..start]);
                out.code(segment);
                plain = end;
                from = end;
            }
            // The bracket is text; continue after it.
            None => from = start + 1,
        }
    }
    out.text(&text[plain..]);
    out.finish()
}

/// The segments read so far. Adjacent texts are joined.
#[derive(Default)]
struct Pieces {
    done: Vec<RawSegment>,
    text: String,
}

impl Pieces {
    fn text(&mut self, escaped: &str) {
        self.text.push_str(&unescape(escaped));
    }

    fn code(&mut self, segment: RawSegment) {
        // `[CQ:text,text=…]` is treated as plain text.
        if segment.kind == "text" {
            if let Some(Value::String(text)) = segment.data.get("text") {
                self.text.push_str(text);
            }
            return;
        }
        self.end_text();
        self.done.push(segment);
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.done
                .push(RawSegment::text(std::mem::take(&mut self.text)));
        }
    }

    fn finish(mut self) -> Vec<RawSegment> {
        self.end_text();
        self.done
    }
}

/// Parser of codes.
struct Codes<'a> {
    text: &'a str,
    /// A code failed at this position. Every comma before it was a separator of that code, and values contain no commas, so
    /// a later code that reaches one of these commas fails at the same position. Skipping such codes keeps the time linear
    /// for a text with many incomplete codes.
    failed_at: usize,
}

impl Codes<'_> {
    /// The code that begins at `start`, and the position after it.
    fn read(&mut self, start: usize) -> Option<(RawSegment, usize)> {
        let name_at = start + OPENING.len();
        let name_end = self.word(name_at)?;
        let mut data = Object::new();
        let mut at = name_end;
        loop {
            match self.byte(at) {
                Some(b']') => break,
                Some(b',') if at >= self.failed_at => {}
                Some(b',') => return None,
                _ => return self.fail(at),
            }
            at += 1;
            if self.byte(at) == Some(b']') {
                break; // a comma before `]` is allowed
            }
            let Some(key_end) = self.word(at) else {
                return self.fail(at);
            };
            if self.byte(key_end) != Some(b'=') {
                return self.fail(key_end);
            }
            let value_at = key_end + 1;
            let Some(length) = self.text[value_at..].find([',', ']']) else {
                return self.fail(self.text.len());
            };
            let value_end = value_at + length;
            let value = unescape(&self.text[value_at..value_end]).into_owned();
            data.insert(self.text[at..key_end].to_owned(), Value::String(value));
            at = value_end;
        }
        let kind = &self.text[name_at..name_end];
        Some((RawSegment::new(kind, data), at + 1))
    }

    fn fail<T>(&mut self, at: usize) -> Option<T> {
        self.failed_at = self.failed_at.max(at);
        None
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// End of the name or key that begins at `at`; `None` if there is none.
    fn word(&self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes().get(at..)?;
        let length = bytes
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
            .count();
        (length > 0).then_some(at + length)
    }
}

/// Replaces the four escapes in one pass. Other entities are not changed.
fn unescape(text: &str) -> Cow<'_, str> {
    const ENTITIES: [(&str, char); 4] = [
        ("&amp;", '&'),
        ("&#91;", '['),
        ("&#93;", ']'),
        ("&#44;", ','),
    ];
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (plain, entity) = rest.split_at(at);
        out.push_str(plain);
        let known = ENTITIES
            .iter()
            .find_map(|(escape, plain)| Some((entity.strip_prefix(escape)?, *plain)));
        let (after, plain) = known.unwrap_or((&entity[1..], '&'));
        out.push(plain);
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}
