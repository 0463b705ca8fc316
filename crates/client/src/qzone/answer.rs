//! The answers of Qzone's pages: what they are wrapped in, their outcome, and their fields, whose types vary. api/newer §3.2

use nekonap_ids::Uin;
use nekonap_wire::command::Refusal;
use serde_json::Value;

use super::literal;
use crate::error::CallError;

/// What precedes the data in a document for browsers.
const DOCUMENT: &str = "callback(";

/// The data of an answer in any of the four forms: JSON, a call of a function, a document with such a call, an object literal.
///
/// # Errors
/// The answer has none of these forms, or ends early.
pub(super) fn unwrapped(page: &[u8]) -> Result<Value, CallError> {
    let page = String::from_utf8_lossy(page);
    let text = page.trim_start_matches(|char: char| char.is_whitespace() || char == '\u{feff}');
    let malformed = |what: &str| CallError::Malformed(format!("an answer of Qzone: {what}"));
    let (payload, document) = if text.starts_with('{') {
        (text, None)
    } else if text.starts_with('<') {
        let start = text.find(DOCUMENT).map(|at| at + DOCUMENT.len());
        let start = start.ok_or_else(|| malformed("a document without data"))?;
        (&text[start..], Some(true))
    } else {
        let name =
            |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '$' | '.' | ' ');
        let call = text.trim_start_matches(name).strip_prefix('(');
        (
            call.ok_or_else(|| malformed("neither JSON nor a call"))?,
            Some(false),
        )
    };
    let (value, rest) = literal::read(payload).map_err(|error| malformed(&error.to_string()))?;
    let rest = match document {
        None => rest,
        Some(_) => rest
            .strip_prefix(')')
            .ok_or_else(|| malformed("the call does not end"))?,
    };
    let end = rest.trim_start_matches(|char: char| char.is_whitespace() || char == ';');
    if document != Some(true) && !end.is_empty() {
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
    let text = [&answer["message"], &answer["msg"]].into_iter().map(text);
    let text = text.into_iter().find(|text| !text.is_empty());
    Err(Refusal::new(code, text.unwrap_or_default()).into())
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
    let texts = names.iter().map(|name| text(&value[*name]));
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
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
            let answer = unwrapped(page.as_bytes()).expect(page);
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
            let read = unwrapped(page.as_bytes());
            assert!(matches!(read, Err(CallError::Malformed(_))), "{page}: {read:?}");
        }
        assert!(unwrapped(b"\xff\xfe({})").is_err());
        assert!(unwrapped(b"{\"a\":\"\xff\"}").is_ok());
    }

    #[test]
    fn outcome_is_told_by_code_ret_and_subcode() {
        for (answer, code) in [
            (json!({"code": 0}), None),
            (json!({"ret": "0", "subcode": 0}), None),
            (json!({"code": -3000, "message": "log in"}), Some((-3000, "log in"))),
            (json!({"ret": "-8", "msg": "gone"}), Some((-8, "gone"))),
            (json!({"code": 0, "subcode": -403, "message": "", "msg": "no"}), Some((-403, "no"))),
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
            let _ = unwrapped(&page);
        }

        #[test]
        fn no_wrapped_page_panics(start in "(<[a-z>]{0,9})?[a-zA-Z_.]{0,10}callback\\(", text in any::<String>()) {
            let _ = unwrapped(format!("{start}{text}").as_bytes());
        }
    }
}
