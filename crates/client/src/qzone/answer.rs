//! The answers of Qzone's pages: what they are wrapped in, their outcome, and their fields, whose types vary. api/newer §3.2

use nekonap_ids::Uin;
use nekonap_wire::command::Refusal;
use serde_json::Value;

use super::literal;
use crate::error::CallError;

/// What precedes the data in a document for browsers.
const DOCUMENT: &str = "callback(";

/// What an answer is wrapped in.
#[derive(PartialEq, Eq)]
enum Wrapping {
    Nothing,
    /// A call of a function, which ends the answer.
    Call,
    /// A document for browsers with a call in it.
    Document,
}

/// The data of an answer of Qzone's pages in any of their forms: JSON, an object literal, a call of a function with either, a document with
/// such a call. The answer is read as data and never evaluated. api/newer §3.2
///
/// # Errors
/// The answer has none of these forms, ends early, or has more than 64 levels or 200,000 values.
pub fn read_qzone_answer(page: &[u8]) -> Result<Value, CallError> {
    let page = String::from_utf8_lossy(page);
    let text = page.trim_start_matches(|char: char| char.is_whitespace() || char == '\u{feff}');
    let malformed = |what: &str| CallError::Malformed(format!("an answer of Qzone: {what}"));
    let (wrapping, data) = if text.starts_with('{') {
        (Wrapping::Nothing, Some(text))
    } else if text.starts_with('<') {
        let inside = text.split_once(DOCUMENT).map(|(_, inside)| inside);
        (Wrapping::Document, inside)
    } else {
        let name =
            |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '$' | '.' | ' ');
        let inside = text.trim_start_matches(name).strip_prefix('(');
        (Wrapping::Call, inside)
    };
    let data = data.ok_or_else(|| malformed("it has no data"))?;
    let (value, mut rest) = literal::read(data).map_err(|error| malformed(&error.to_string()))?;
    if wrapping != Wrapping::Nothing {
        let after = rest.strip_prefix(')');
        rest = after.ok_or_else(|| malformed("the call does not end"))?;
    }
    let end = |char: char| char.is_whitespace() || char == ';';
    if wrapping != Wrapping::Document && !rest.chars().all(end) {
        return Err(malformed("text after the data"));
    }
    if !value.is_object() {
        return Err(malformed("the data is not an object"));
    }
    Ok(value)
}

/// The answer, if it says that the page did what was asked for.
///
/// # Errors
/// The page refused, or the answer does not say what happened.
pub(super) fn succeeded(answer: Value) -> Result<Value, CallError> {
    let code = number(&answer["code"]).or_else(|| number(&answer["ret"]));
    let Some(code) = code else {
        let text = "an answer of Qzone has no code";
        return Err(CallError::Malformed(text.to_owned()));
    };
    let code = match code {
        0 => number(&answer["subcode"]).unwrap_or(0),
        code => code,
    };
    if code == 0 {
        return Ok(answer);
    }
    let text = first_text(&answer, &["message", "msg"]);
    Err(Refusal::new(code, text).into())
}

/// A number, or text that is one.
pub(super) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(set) => Some(i64::from(*set)),
        _ => None,
    }
}

/// A number that is not negative; 0 if there is none.
pub(super) fn count(value: &Value) -> u64 {
    number(value)
        .and_then(|number| u64::try_from(number).ok())
        .unwrap_or(0)
}

/// A text, or a number as text; empty if there is neither.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// An account, as a number or as text.
pub(super) fn account(value: &Value) -> Option<Uin> {
    number(value)
        .and_then(|number| u64::try_from(number).ok())
        .and_then(|number| Uin::new(number).ok())
}

/// The elements of a list that are objects: lists often end with an element that is not.
pub(super) fn objects(value: &Value) -> impl Iterator<Item = &Value> {
    let list = value.as_array().into_iter().flatten();
    list.filter(|one| one.is_object())
}

/// The first of the fields that has a text.
pub(super) fn first_text(value: &Value, names: &[&str]) -> String {
    let mut texts = names.iter().map(|name| text(&value[*name]));
    texts.find(|text| !text.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn every_form_of_an_answer_is_read() {
        for page in [
            r#"{"code":0,"tid":"a"}"#,
            " \u{feff}{code:0,'tid':'a'};\n",
            r#"_preloadCallback({"code":0,"tid":"a"});"#,
            "_Callback( {code:0,tid:'\\x61',} )\n",
            r#"<html><head></head><body><script>frameElement.callback({"code":0,"tid":"a"});</script></body></html>"#,
            r#"<script type="text/javascript">parent.callback({"code":0,"tid":"a"})</script>"#,
        ] {
            let answer = read_qzone_answer(page.as_bytes()).expect(page);
            assert_eq!(answer, json!({"code": 0, "tid": "a"}), "{page}");
        }
    }

    #[test]
    fn other_texts_and_half_answers_are_malformed() {
        for page in [
            "",
            "<html>log in</html>",
            r#"{"code":0"#,
            r#"_Callback({"code":0}"#,
            r#"_Callback({"code":0});alert(1)"#,
            r#"<script>frameElement.callback({"code":0}"#,
            r#"{"code":0} {"code":1}"#,
            "_Callback([])",
            "alert",
            "[1]",
            "\u{fffd}(",
        ] {
            let read = read_qzone_answer(page.as_bytes());
            assert!(
                matches!(read, Err(CallError::Malformed(_))),
                "{page}: {read:?}"
            );
        }
        assert!(read_qzone_answer(b"\xff\xfe({})").is_err());
        assert!(read_qzone_answer(b"{\"a\":\"\xff\"}").is_ok());
    }

    #[test]
    fn code_ret_and_subcode_decide_the_outcome() {
        for (answer, code) in [
            (json!({"code": 0}), None),
            (json!({"ret": "0", "subcode": 0}), None),
            (
                json!({"code": -3000, "message": "log in"}),
                Some((-3000, "log in")),
            ),
            (json!({"ret": "-8", "msg": "gone"}), Some((-8, "gone"))),
            (
                json!({"code": 0, "subcode": -403, "message": "", "msg": "no"}),
                Some((-403, "no")),
            ),
        ] {
            let refused = succeeded(answer.clone()).err();
            let expected = code.map(|(code, text)| CallError::from(Refusal::new(code, text)));
            assert_eq!(refused, expected, "{answer}");
        }
        let unknown = succeeded(json!({"name": "Ack"}));
        assert!(matches!(unknown, Err(CallError::Malformed(_))));
    }

    proptest! {
        #[test]
        fn no_page_panics(page in any::<Vec<u8>>()) {
            let _ = read_qzone_answer(&page);
        }

        #[test]
        fn no_wrapped_page_panics(start in "(<[a-z>]{0,9})?[a-zA-Z_.]{0,10}callback\\(", text in any::<String>()) {
            let _ = read_qzone_answer(format!("{start}{text}").as_bytes());
        }
    }
}
