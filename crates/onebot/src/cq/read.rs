//! CQ text to segments (api/events-and-segments §9.1, §9.2, §9.4). Never fails: what is not a code is text.

use std::borrow::Cow;

use serde_json::Value;

use crate::{Object, RawSegment};

/// How a code begins.
const OPENING: &str = "[CQ:";

/// Reads CQ text. Values are strings, in the order they are written; of a key given twice the last value counts. Linear
/// in time, for any text.
pub fn read(text: &str) -> Vec<RawSegment> {
    let mut out = Pieces::default();
    let mut codes = Codes { text, doomed: 0 };
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
            // The bracket is text, and the search goes on behind it.
            None => from = start + 1,
        }
    }
    out.text(&text[plain..]);
    out.finish()
}

/// The segments read so far; neighbouring texts become one.
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
        // Text that somebody wrote as a code is text, and is written back as such.
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

struct Codes<'a> {
    text: &'a str,
    /// Every comma before this position was taken for a separator by a code that failed here. Values hold no commas, so
    /// a code that begins later and reaches one of them fails in the same place: it need not be tried, and a text full
    /// of half codes is read once and not once for each.
    doomed: usize,
}

impl Codes<'_> {
    /// The code that begins at `start` and the position behind it.
    fn read(&mut self, start: usize) -> Option<(RawSegment, usize)> {
        let name_at = start + OPENING.len();
        let name_end = self.word(name_at)?;
        let mut data = Object::new();
        let mut at = name_end;
        loop {
            match self.byte(at) {
                Some(b']') => break,
                Some(b',') if at >= self.doomed => {}
                Some(b',') => return None,
                _ => return self.fail(at),
            }
            at += 1;
            if self.byte(at) == Some(b']') {
                break; // a comma before the end is tolerated
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
        self.doomed = self.doomed.max(at);
        None
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The end of the name or key that begins at `at`; none if there is none.
    fn word(&self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes().get(at..)?;
        let length = bytes
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
            .count();
        (length > 0).then_some(at + length)
    }
}

/// Undoes the four escapes, in one pass; other entities stay as they are.
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
