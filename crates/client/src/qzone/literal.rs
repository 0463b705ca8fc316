//! A reader of the object literals in which Qzone's pages answer: JSON, and what browsers accept beyond it (api/newer §3.2). The
//! text is data: it is never evaluated.

use serde_json::{Map, Number, Value};
use thiserror::Error;

/// Maximum depth of objects and lists. Known answers have fewer than 10 levels.
const MAX_DEPTH: usize = 64;
/// Maximum number of values, so that a small text cannot fill the memory. A page of 100 posts has fewer than 20,000.
const MAX_VALUES: usize = 200_000;

/// Why a text is not an object literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{what} at byte {at}")]
pub(crate) struct LiteralError {
    what: &'static str,
    at: usize,
}

/// Reads the value at the start of a text. Returns it with the rest of the text, without white space.
///
/// `undefined`, `NaN`, infinities and missing elements of lists are null.
///
/// # Errors
/// The text is malformed, ends early, or has more levels or values than the limits.
pub(crate) fn read(text: &str) -> Result<(Value, &str), LiteralError> {
    let mut reader = Reader {
        text,
        at: 0,
        values: 0,
    };
    let value = reader.value(0)?;
    reader.skip();
    Ok((value, &text[reader.at..]))
}

struct Reader<'a> {
    text: &'a str,
    /// Offset of the next byte, always at the start of a character.
    at: usize,
    values: usize,
}

impl<'a> Reader<'a> {
    fn error(&self, what: &'static str) -> LiteralError {
        LiteralError { what, at: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes the next byte if it is this one. `byte` is ASCII.
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn next_char(&mut self) -> Option<char> {
        let char = self.text[self.at..].chars().next()?;
        self.at += char.len_utf8();
        Some(char)
    }

    /// Skips white space and comments. An open comment reaches to the end.
    fn skip(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let blank = |char: char| char.is_whitespace() || char == '\u{feff}';
            let trimmed = rest.trim_start_matches(blank);
            let after = if let Some(comment) = trimmed.strip_prefix("/*") {
                comment.split_once("*/").map_or("", |(_, after)| after)
            } else if let Some(comment) = trimmed.strip_prefix("//") {
                comment
                    .split_once(['\n', '\r', '\u{2028}', '\u{2029}'])
                    .map_or("", |(_, after)| after)
            } else {
                self.at = self.text.len() - trimmed.len();
                return;
            };
            self.at = self.text.len() - after.len();
        }
    }

    fn count(&mut self) -> Result<(), LiteralError> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(self.error("too many values"));
        }
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Value, LiteralError> {
        if depth > MAX_DEPTH {
            return Err(self.error("too many levels"));
        }
        self.count()?;
        self.skip();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(quote @ (b'"' | b'\'')) => self.string(quote).map(Value::String),
            _ => self.word_value(),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, LiteralError> {
        self.at += 1;
        let mut fields = Map::new();
        loop {
            self.skip();
            if self.eat(b'}') {
                break;
            }
            let key = match self.peek() {
                Some(quote @ (b'"' | b'\'')) => self.string(quote)?,
                _ => self.word()?.to_owned(),
            };
            self.skip();
            if !self.eat(b':') {
                return Err(self.error("no colon after a key"));
            }
            let value = self.value(depth + 1)?;
            fields.insert(key, value);
            self.skip();
            if !self.eat(b',') {
                if self.eat(b'}') {
                    break;
                }
                return Err(self.error("no comma between fields"));
            }
        }
        Ok(Value::Object(fields))
    }

    fn list(&mut self, depth: usize) -> Result<Value, LiteralError> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip();
            if self.eat(b']') {
                break;
            }
            if self.eat(b',') {
                self.count()?;
                items.push(Value::Null);
                continue;
            }
            items.push(self.value(depth + 1)?);
            self.skip();
            if !self.eat(b',') {
                if self.eat(b']') {
                    break;
                }
                return Err(self.error("no comma between elements"));
            }
        }
        Ok(Value::Array(items))
    }

    /// A key without quotes, a number or a name.
    fn word(&mut self) -> Result<&'a str, LiteralError> {
        let rest = &self.text[self.at..];
        let part =
            |byte: u8| byte.is_ascii_alphanumeric() || b"_$.+-".contains(&byte) || !byte.is_ascii();
        let length = rest.bytes().take_while(|byte| part(*byte)).count();
        if length == 0 {
            return Err(self.error(if rest.is_empty() {
                "the text ends"
            } else {
                "an unexpected character"
            }));
        }
        self.at += length;
        Ok(&rest[..length])
    }

    fn word_value(&mut self) -> Result<Value, LiteralError> {
        let start = self.at;
        Ok(match self.word()? {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" | "undefined" | "NaN" | "Infinity" | "+Infinity" | "-Infinity" => Value::Null,
            word => number(word).ok_or(LiteralError {
                what: "an unknown word",
                at: start,
            })?,
        })
    }

    fn string(&mut self, quote: u8) -> Result<String, LiteralError> {
        self.at += 1;
        let mut string = String::new();
        loop {
            let rest = &self.text[self.at..];
            let stop = |byte: u8| byte == quote || byte == b'\\';
            let Some(length) = rest.bytes().position(stop) else {
                self.at = self.text.len();
                return Err(self.error("a string without an end"));
            };
            string.push_str(&rest[..length]);
            self.at += length;
            if self.eat(quote) {
                return Ok(string);
            }
            self.at += 1;
            self.escape(&mut string)?;
        }
    }

    /// What follows a backslash.
    fn escape(&mut self, string: &mut String) -> Result<(), LiteralError> {
        let Some(char) = self.next_char() else {
            return Err(self.error("a string without an end"));
        };
        match char {
            'n' => string.push('\n'),
            'r' => string.push('\r'),
            't' => string.push('\t'),
            'b' => string.push('\u{8}'),
            'f' => string.push('\u{c}'),
            'v' => string.push('\u{b}'),
            '0' => string.push('\0'),
            'x' => {
                let code = self.hex(2)?;
                string.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            'u' => {
                let code = self.hex(4)?;
                string.push(self.code_point(code));
            }
            // A line that goes on in the next one.
            '\r' => drop(self.eat(b'\n')),
            '\n' | '\u{2028}' | '\u{2029}' => {}
            other => string.push(other),
        }
        Ok(())
    }

    /// The character of a UTF-16 unit and, after the first half of a pair, of the second half that follows.
    fn code_point(&mut self, unit: u32) -> char {
        if (0xd800..0xdc00).contains(&unit) && self.text[self.at..].starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            if let Ok(second @ 0xdc00..0xe000) = self.hex(4) {
                let code = 0x1_0000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
                return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            }
            self.at = before;
        }
        // Half of a pair is no character.
        char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self, digits: usize) -> Result<u32, LiteralError> {
        let code = self
            .text
            .get(self.at..self.at + digits)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.error("an escape without its digits"))?;
        self.at += digits;
        Ok(code)
    }
}

fn number(word: &str) -> Option<Value> {
    let (negative, digits) = match word.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    if let Some(hex) = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"))
    {
        let valid = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = i64::from_str_radix(hex, 16).ok().filter(|_| valid)?;
        return Some(if negative { -number } else { number }.into());
    }
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    if !negative && let Ok(number) = digits.parse::<u64>() {
        return Some(number.into());
    }
    if let Ok(number) = word.parse::<i64>() {
        return Some(number.into());
    }
    let number: f64 = word.parse().ok()?;
    Some(Number::from_f64(number).map_or(Value::Null, Value::Number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn value(text: &str) -> Value {
        let (value, rest) = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(rest, "", "{text}");
        value
    }

    #[test]
    fn what_browsers_accept_is_read() {
        let text = r#"{
            code:0, 'sub-code' : '0', "msg":"a\/b", // a comment
            html:'\x3Cdiv class=\x22f\x22\x3E\u82b1\uD83C\uDF31\x3C\/div\x3E',
            list:[1,-2.5,+3,.5,0x1F,,true,undefined,], /* the end */ n:NaN, $k_1:null, 7:{name:"Ack",},
            odd:"\q\'\"\\ \0\v\
next \ud800 \udc00x \ud800\u0041"
        } "#;
        let expected = json!({
            "code": 0, "sub-code": "0", "msg": "a/b",
            "html": "<div class=\"f\">花🌱</div>",
            "list": [1, -2.5, 3, 0.5, 31, null, true, null], "n": null, "$k_1": null, "7": {"name": "Ack"},
            "odd": "q'\"\\ \0\u{b}next \u{fffd} \u{fffd}x \u{fffd}A",
        });
        assert_eq!(value(text), expected);
    }

    #[test]
    fn rest_of_the_text_is_returned() {
        let (value, rest) = read(" {a:[]} \n ) ; x").expect("a value");
        assert_eq!((value, rest), (json!({"a": []}), ") ; x"));
        assert_eq!(value_of_large("18446744073709551615"), json!(u64::MAX));
        assert_eq!(value_of_large("-9223372036854775808"), json!(i64::MIN));
        assert_eq!(value_of_large("1e999"), Value::Null);
    }

    fn value_of_large(text: &str) -> Value {
        value(text)
    }

    #[test]
    fn what_is_not_data_is_refused() {
        for wrong in [
            "",
            "{",
            "[1 2]",
            "{a}",
            "{a:1 b:2}",
            "alert(1)",
            "[alert]",
            "{a:b()}",
            "'open",
            "'\\",
            "'\\x4'",
            "'\\x+1'",
            "'\\u00g0'",
            "{a:1,,}",
            "inf",
            "0x",
            "0x+1",
            "1-2",
            "`a`",
            "/* open",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let outcome = read("a()");
        assert!(outcome.is_err());
    }

    #[test]
    fn depth_and_number_of_values_are_limited() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert!(read(&nested(MAX_DEPTH + 2)).is_err());
        assert!(read(&"[".repeat(1 << 20)).is_err());
        let list = |commas: usize| format!("[{}]", ",".repeat(commas));
        assert!(read(&list(MAX_VALUES - 1)).is_ok());
        assert!(read(&list(MAX_VALUES)).is_err());
    }

    /// JSON values, not too large.
    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..8)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_json_text_is_read_as_serde_json_reads_it(value in json_value()) {
            let text = value.to_string();
            let (read, rest) = read(&text).expect("JSON");
            prop_assert_eq!(read, value);
            prop_assert_eq!(rest, "");
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = read(&text);
        }

        #[test]
        fn no_text_of_its_characters_panics(text in r#"[\[\]{}:,'"\\xu0-9a-fA-F/*\n undefined.+$é花-]{0,200}"#) {
            let _ = read(&text);
        }

        #[test]
        fn part_of_an_answer_is_refused_and_never_panics(value in json_value(), cut in any::<prop::sample::Index>()) {
            let text = json!({"data": value}).to_string();
            let mut cut = cut.index(text.len());
            while !text.is_char_boundary(cut) {
                cut -= 1;
            }
            prop_assert!(read(&text[..cut]).is_err());
        }
    }
}
