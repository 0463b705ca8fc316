//! Calls of actions, read from WebSocket frames, HTTP bodies, queries and forms (api/actions §1.1,
//! api/transports §1.3–§1.4).

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{Answer, Code, Encoding, Object, coerce, surrogates};

/// A call of an action.
#[derive(Debug, Clone)]
pub struct Call {
    /// Name of the action, including suffixes such as `_async`, without a leading `/` and without spaces around it.
    pub action: String,
    /// Parameters as received. [`Params::coerce`](crate::Params::coerce) converts them to the types of the action.
    pub params: Object,
    /// The caller's `echo`, unchanged; `None` if it is missing or null.
    pub echo: Option<Box<RawValue>>,
    /// Whether the parameters were received as JSON or as text.
    pub encoding: Encoding,
}

/// Why a call could not be read: it is not JSON, not an object, or has no action.
#[derive(Debug, Clone)]
pub struct BadCall {
    /// Error code of the answer.
    pub code: Code,
    /// Error text of the answer.
    pub text: String,
    /// The `echo` of the call, if it could be found.
    pub echo: Option<Box<RawValue>>,
}

impl From<BadCall> for Answer {
    fn from(bad: BadCall) -> Self {
        Self::failed(bad.code, bad.text).echoing(bad.echo)
    }
}

/// The members of a frame. Other members are ignored.
#[derive(Deserialize)]
struct Frame {
    #[serde(default)]
    action: Value,
    #[serde(default)]
    params: Value,
    #[serde(default)]
    echo: Option<Box<RawValue>>,
}

/// The `echo` of an HTTP body, which is read as raw JSON.
#[derive(Deserialize)]
struct Echo {
    #[serde(default)]
    echo: Option<Box<RawValue>>,
}

impl Call {
    /// Reads a WebSocket frame, `{"action":…,"params":…,"echo":…}`, as JSON or, if that fails, as JSON5.
    ///
    /// # Errors
    /// The frame is not an object, or `action` is not a string, or `params` is not an object. The error contains the `echo`
    /// if it could be found.
    pub fn from_frame(text: &str) -> Result<Self, BadCall> {
        let strict = |text: &str| serde_json::from_str::<Frame>(text).ok();
        let frame = is_object(text).then(|| {
            // Reading the replaced text as strict JSON keeps the echo unchanged.
            strict(text).or_else(|| strict(&surrogates::replace_unpaired(text)?))
        });
        let frame = match frame.flatten() {
            Some(frame) => frame,
            None => lenient_frame(text)?,
        };
        let Frame {
            action,
            params,
            echo,
        } = frame;
        let Value::String(action) = action else {
            // A call without a name is a call of an unknown action (api/transports §4.4).
            return Err(BadCall {
                code: Code::ApiNotFound,
                text: "`action` must be the name of an action".to_owned(),
                echo,
            });
        };
        let Some(params) = coerce::object_or_nothing(params) else {
            return Err(unreadable("`params` must be an object", echo));
        };
        Ok(Self {
            action: name(&action).to_owned(),
            params,
            echo,
            encoding: Encoding::Json,
        })
    }

    /// Reads the JSON or JSON5 body of an HTTP request for this action. An empty body is a call without parameters.
    ///
    /// # Errors
    /// The body is not UTF-8, not JSON or JSON5, or not an object.
    pub fn from_body(action: &str, body: &[u8]) -> Result<Self, BadCall> {
        let text =
            std::str::from_utf8(body).map_err(|_| unreadable("the body is not UTF-8", None))?;
        let mut call = Self {
            action: name(action).to_owned(),
            params: Object::new(),
            echo: None,
            encoding: Encoding::Json,
        };
        if text.trim_start_matches('\u{feff}').trim().is_empty() {
            return Ok(call);
        }
        let value = coerce::json(text).map_err(|error| unreadable(error, recover_echo(text)))?;
        let Some(params) = coerce::object_or_nothing(value) else {
            return Err(unreadable("the body must be an object", None));
        };
        if let Some(echo) = params.get("echo") {
            // Strict JSON keeps the echo unchanged. The echo of a JSON5 body is written again as JSON.
            call.echo = match serde_json::from_str::<Echo>(text) {
                Ok(Echo { echo }) => echo,
                Err(_) => raw(echo),
            };
        }
        call.params = params;
        Ok(call)
    }

    /// A call from the pairs of a query or a urlencoded form, already percent-decoded. If a name is repeated, the last
    /// value is used.
    pub fn from_pairs<K, V>(action: &str, pairs: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: Into<String>,
    {
        Self {
            action: name(action).to_owned(),
            params: Object::new(),
            echo: None,
            encoding: Encoding::Form,
        }
        .with_query(pairs)
    }

    /// Adds the pairs of the query, which replace parameters and the `echo` of the body (api/actions §1.1).
    #[must_use]
    pub fn with_query<K, V>(mut self, pairs: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: Into<String>,
    {
        for (key, value) in pairs {
            let (key, value) = (key.into(), Value::String(value.into()));
            if key == "echo" {
                self.echo = raw(&value);
            }
            self.params.insert(key, value);
        }
        self
    }
}

/// The name of an action without spaces around it and without a leading `/`.
fn name(action: &str) -> &str {
    let action = action.trim();
    action.strip_prefix('/').unwrap_or(action)
}

fn is_object(text: &str) -> bool {
    text.trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{')
}

fn unreadable(text: impl Into<String>, echo: Option<Box<RawValue>>) -> BadCall {
    BadCall {
        code: Code::BadRequest,
        text: text.into(),
        echo,
    }
}

fn lenient_frame(text: &str) -> Result<Frame, BadCall> {
    let value = coerce::json(text).map_err(|error| unreadable(error, recover_echo(text)))?;
    let Value::Object(mut frame) = value else {
        return Err(unreadable("a call must be an object", None));
    };
    Ok(Frame {
        action: frame.remove("action").unwrap_or_default(),
        params: frame.remove("params").unwrap_or_default(),
        echo: frame
            .remove("echo")
            .filter(|echo| !echo.is_null())
            .as_ref()
            .and_then(raw),
    })
}

fn raw(value: &Value) -> Option<Box<RawValue>> {
    serde_json::value::to_raw_value(value)
        .ok()
        .filter(|raw| raw.get() != "null")
}

/// Finds the `echo` of a frame that does not parse: the value after the last `"echo":`. The last one is used because the
/// parameters, which usually come first, may contain another `echo`.
fn recover_echo(text: &str) -> Option<Box<RawValue>> {
    const KEY: &str = "\"echo\"";
    let (_, after) = text.rsplit_once(KEY)?;
    let value = after.trim_start().strip_prefix(':')?;
    let found: Box<RawValue> = serde_json::Deserializer::from_str(value)
        .into_iter()
        .next()?
        .ok()?;
    (found.get() != "null").then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn echo(call: &Call) -> Option<&str> {
        call.echo.as_deref().map(RawValue::get)
    }

    #[test]
    fn frame_has_action_params_and_echo() {
        let text = r#"{"action":"send_group_msg","params":{"group_id":20002,"message":"hi"},"echo":{"seq":9}}"#;
        let call = Call::from_frame(text).expect("a call");
        assert_eq!(call.action, "send_group_msg");
        assert_eq!(call.params["group_id"], 20002);
        assert_eq!(echo(&call), Some("{\"seq\":9}"));
        assert_eq!(call.encoding, Encoding::Json);
    }

    #[test]
    fn echo_is_kept_unchanged() {
        for json in [
            "7",
            "\"7\"",
            "[1]",
            "true",
            "1.0",
            "1e2",
            "123456789012345678901234567890",
        ] {
            let call = Call::from_frame(&format!(r#"{{"action":"x","echo":{json}}}"#)).expect(json);
            assert_eq!(echo(&call), Some(json));
        }
        for none in [r#"{"action":"x"}"#, r#"{"action":"x","echo":null}"#] {
            assert_eq!(echo(&Call::from_frame(none).expect(none)), None);
        }
    }

    #[test]
    fn null_and_empty_params_mean_no_parameters() {
        for params in ["null", "\"\"", "[]", "{}"] {
            let call =
                Call::from_frame(&format!(r#"{{"action":"x","params":{params}}}"#)).expect(params);
            assert!(call.params.is_empty());
        }
        let bad =
            Call::from_frame(r#"{"action":"x","params":[1],"echo":"e"}"#).expect_err("no object");
        assert_eq!(bad.echo.as_deref().map(RawValue::get), Some("\"e\""));
    }

    #[test]
    fn json5_is_read() {
        let text = "{action: 'get_msg', params: {message_id: 5,}, /* why not */ echo: 12,}";
        let call = Call::from_frame(text).expect("a call");
        assert_eq!((call.action.as_str(), echo(&call)), ("get_msg", Some("12")));
        let call = Call::from_body("x", b"{'a': 1,}").expect("a body");
        assert_eq!(call.params["a"], 1);
    }

    #[test]
    fn unpaired_surrogate_is_read_as_the_replacement_character() {
        let text = r#"{"action":"send_msg","params":{"message":"a\ud83d"},"echo":1.0}"#;
        let call = Call::from_frame(text).expect("a call");
        assert_eq!(call.params["message"], "a\u{fffd}");
        assert_eq!(echo(&call), Some("1.0"), "unchanged");
        let call =
            Call::from_frame(r"{action: 'x', params: {message: '\udE00b',}}").expect("JSON5");
        assert_eq!(call.params["message"], "\u{fffd}b");
        let body = br#"{"message":[{"type":"text","data":{"text":"\ud83d!"}}],"echo":"\ud83d"}"#;
        let call = Call::from_body("x", body).expect("a body");
        assert_eq!(call.params["message"][0]["data"]["text"], "\u{fffd}!");
        assert_eq!(echo(&call), Some(r#""\ud83d""#), "unchanged");
    }

    #[test]
    fn action_name_is_trimmed() {
        for action in [
            "  set_group_add_request",
            "/set_group_add_request",
            "set_group_add_request ",
        ] {
            let call = Call::from_frame(&serde_json::json!({ "action": action }).to_string())
                .expect(action);
            assert_eq!(call.action, "set_group_add_request");
        }
        let call = Call::from_frame(r#"{"action":".handle_quick_operation"}"#).expect("a call");
        assert_eq!(call.action, ".handle_quick_operation");
    }

    #[test]
    fn invalid_frame_is_refused_with_its_echo() {
        let cases = [
            ("nonsense", None, 1400),
            ("", None, 1400),
            ("[]", None, 1400),
            (
                r#"{"action":"x","params":{]],"echo":"7"}"#,
                Some("\"7\""),
                1400,
            ),
            (
                r#"{"action":"x","params":{"echo":1]},"echo" : {"seq":2},"#,
                Some("{\"seq\":2}"),
                1400,
            ),
            (r#"{"action":"x",,"echo":null}"#, None, 1400),
            (r#"{"action":"x","params":5,"echo":7}"#, Some("7"), 1400),
            // A call without a name is a call of an unknown action.
            ("{}", None, 1404),
            (r#"{"action":7,"echo":7}"#, Some("7"), 1404),
            (r#"{"action":null,"echo":true}"#, Some("true"), 1404),
        ];
        for (text, found, retcode) in cases {
            let bad = Call::from_frame(text).expect_err(text);
            assert_eq!(bad.echo.as_deref().map(RawValue::get), found, "{text}");
            let answer = Answer::from(bad);
            assert_eq!(answer.retcode.number(), retcode, "{text}");
            assert_eq!(i32::from(answer.http_status()), retcode - 1000, "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        for open in ["[", "{a:", "{\"a\":"] {
            let text = open.repeat(200_000);
            assert!(Call::from_frame(&text).is_err());
            assert!(Call::from_body("x", text.as_bytes()).is_err());
        }
    }

    #[test]
    fn body_may_be_empty_and_the_query_replaces_its_parameters() {
        assert!(
            Call::from_body("get_status", b"")
                .expect("empty")
                .params
                .is_empty()
        );
        assert!(Call::from_body("get_status", b"[1]").is_err());
        assert!(Call::from_body("get_status", b"\xff").is_err());
        let call = Call::from_body("/send_msg", br#"{"user_id":1,"message":"a","echo":5}"#)
            .expect("a body")
            .with_query([("user_id", "2")]);
        assert_eq!(call.params["user_id"], "2");
        assert_eq!(echo(&call), Some("5"));
        let call = Call::from_pairs("send_msg", [("user_id", "1"), ("echo", "e")]);
        assert_eq!(
            (call.encoding, echo(&call)),
            (Encoding::Form, Some("\"e\""))
        );
    }
}
