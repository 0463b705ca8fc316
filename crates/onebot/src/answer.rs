//! The envelope of every answer (api/actions §1.3, api/transports §1.1).

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::value::{RawValue, to_raw_value};

use crate::{Code, Retcode};

/// The answer of an action, with its envelope.
///
/// Serializes to the keys of api/actions §1.3. `data` is always present, `msg` only in failures. A missing `echo` is written
/// as `""`, because some clients treat a failed frame with a null `echo` as a wrong token.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Result of the call.
    pub retcode: Retcode,
    /// Data of the action; `None` is written as null.
    pub data: Option<Box<RawValue>>,
    /// `message`: empty on success, the error text on failure. In a failure `wording` has the same text.
    pub message: String,
    /// `wording` of a success: which parts of the request were skipped; usually empty.
    pub wording: String,
    /// `msg`: the error code of a failure.
    pub code: Option<Code>,
    /// The caller's `echo`, unchanged.
    pub echo: Option<Box<RawValue>>,
    /// Whether the action is a stream action (api/actions §3.11).
    pub streaming: bool,
}

impl Answer {
    /// A success without data.
    pub const fn done() -> Self {
        Self::bare(Retcode::Done, String::new(), None)
    }

    /// A success with data. If the data cannot be written as JSON (for example a map whose keys are not strings), the
    /// answer is a failure with [`Code::Internal`].
    pub fn ok<T: Serialize + ?Sized>(data: &T) -> Self {
        match to_raw_value(data) {
            Ok(data) => Self {
                data: Some(data),
                ..Self::done()
            },
            Err(error) => Self::failed(Code::Internal, error.to_string()),
        }
    }

    /// The answer of a call with the suffix `_async`: accepted, runs later.
    pub const fn accepted() -> Self {
        Self::bare(Retcode::Accepted, String::new(), None)
    }

    /// A failure with its code and an error text.
    pub fn failed(code: Code, text: impl Into<String>) -> Self {
        Self::bare(code.retcode(), text.into(), Some(code))
    }

    /// The frame that a WebSocket client with a wrong token receives before the connection closes (api/transports §4.3).
    /// It is the only answer with a null `echo`.
    pub fn wrong_token() -> Self {
        Self {
            echo: Some(RawValue::NULL.to_owned()),
            ..Self::failed(Code::WrongToken, "token verification failed")
        }
    }

    const fn bare(retcode: Retcode, message: String, code: Option<Code>) -> Self {
        Self {
            retcode,
            data: None,
            message,
            wording: String::new(),
            code,
            echo: None,
            streaming: false,
        }
    }

    /// Sets the `echo`. Null counts as missing.
    #[must_use]
    pub fn echoing(mut self, echo: Option<Box<RawValue>>) -> Self {
        self.echo = echo.filter(|echo| echo.get() != "null");
        self
    }

    /// Marks the answer as that of a stream action.
    #[must_use]
    pub fn streaming(mut self) -> Self {
        self.streaming = true;
        self
    }

    /// Whether the call succeeded or was accepted.
    pub const fn is_ok(&self) -> bool {
        matches!(self.retcode, Retcode::Done | Retcode::Accepted)
    }

    /// HTTP status of the answer: [`Retcode::http_status`], except 400 for an unreadable body and 413 for a body over the
    /// limit.
    pub const fn http_status(&self) -> u16 {
        match self.code {
            Some(Code::BadRequest) => 400,
            Some(Code::TooLarge) => 413,
            _ => self.retcode.http_status(),
        }
    }

    /// The answer as one line of compact JSON.
    pub fn to_json(&self) -> String {
        // All fields are numbers, strings or valid JSON, so this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// `data` of a failed stream action.
#[derive(Serialize)]
struct StreamError {
    r#type: &'static str,
    data_type: &'static str,
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let failed = !self.is_ok();
        let fields = 7 + usize::from(self.code.is_some());
        let mut out = serializer.serialize_struct("Answer", fields)?;
        out.serialize_field("status", self.retcode.status())?;
        out.serialize_field("retcode", &self.retcode)?;
        if self.streaming && failed {
            let data = StreamError {
                r#type: "error",
                data_type: "error",
            };
            out.serialize_field("data", &data)?;
        } else {
            out.serialize_field("data", &self.data)?;
        }
        out.serialize_field("message", &self.message)?;
        let wording = if failed { &self.message } else { &self.wording };
        out.serialize_field("wording", wording)?;
        if let Some(code) = self.code {
            out.serialize_field("msg", &code)?;
        }
        match &self.echo {
            Some(echo) => out.serialize_field("echo", echo)?,
            None => out.serialize_field("echo", "")?,
        }
        let stream = if self.streaming {
            "stream-action"
        } else {
            "normal-action"
        };
        out.serialize_field("stream", stream)?;
        out.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::unnecessary_wraps)] // The type that `echoing` takes.
    fn echo(json: &str) -> Option<Box<RawValue>> {
        Some(RawValue::from_string(json.to_owned()).expect("json"))
    }

    #[test]
    fn success_has_the_envelope_of_the_specification() {
        let answer =
            Answer::ok(&serde_json::json!({"message_id": 718_203_945})).echoing(echo("\"17\""));
        assert_eq!(
            answer.to_json(),
            r#"{"status":"ok","retcode":0,"data":{"message_id":718203945},"message":"","wording":"","echo":"17","stream":"normal-action"}"#
        );
        assert_eq!(answer.http_status(), 200);
    }

    #[test]
    fn success_that_skipped_something_has_a_wording() {
        let answer = Answer {
            wording: "left out: gift".to_owned(),
            ..Answer::done()
        };
        let line = answer.to_json();
        assert!(
            line.contains(r#""message":"","wording":"left out: gift","echo""#),
            "{line}"
        );
    }

    #[test]
    fn failure_has_its_code_and_null_data() {
        let answer =
            Answer::failed(Code::ParamMissing, "user_id is missing").echoing(echo("{\"seq\":9}"));
        assert_eq!(
            answer.to_json(),
            r#"{"status":"failed","retcode":1400,"data":null,"message":"user_id is missing","wording":"user_id is missing","msg":"PARAM_MISSING","echo":{"seq":9},"stream":"normal-action"}"#
        );
        assert_eq!(answer.http_status(), 200);
    }

    #[test]
    fn echo_keeps_its_type_and_is_never_null() {
        for json in [
            "7",
            "\"7\"",
            "[1]",
            "true",
            "1.0",
            "12345678901234567890123",
        ] {
            let line = Answer::done().echoing(echo(json)).to_json();
            assert!(line.contains(&format!("\"echo\":{json},")), "{line}");
        }
        for nothing in [None, echo("null")] {
            let line = Answer::failed(Code::Timeout, "late")
                .echoing(nothing)
                .to_json();
            assert!(line.contains("\"echo\":\"\","), "{line}");
        }
    }

    #[test]
    fn wrong_token_answer_has_a_null_echo() {
        assert_eq!(
            Answer::wrong_token().to_json(),
            r#"{"status":"failed","retcode":1403,"data":null,"message":"token verification failed","wording":"token verification failed","msg":"WRONG_TOKEN","echo":null,"stream":"normal-action"}"#
        );
        assert_eq!(Answer::wrong_token().http_status(), 403);
    }

    #[test]
    fn failed_stream_action_has_error_data() {
        let line = Answer::failed(Code::FileNotFound, "no such file")
            .streaming()
            .to_json();
        assert!(
            line.contains(r#""data":{"type":"error","data_type":"error"}"#),
            "{line}"
        );
        assert!(line.contains(r#""stream":"stream-action""#), "{line}");
    }

    #[test]
    fn failures_of_actions_have_http_status_200() {
        let statuses = [
            (Answer::failed(Code::BadRequest, ""), 400),
            (Answer::failed(Code::ParamInvalid, ""), 200),
            (Answer::failed(Code::ApiNotFound, ""), 404),
            (Answer::failed(Code::Upstream, ""), 200),
            (Answer::failed(Code::TooLarge, ""), 413),
            (Answer::failed(Code::NoToken, ""), 401),
            (Answer::failed(Code::WrongToken, ""), 403),
            (Answer::failed(Code::Forbidden, ""), 403),
            (Answer::failed(Code::WrongMethod, ""), 405),
            (Answer::failed(Code::ContentType, ""), 406),
            (Answer::accepted(), 200),
        ];
        for (answer, status) in statuses {
            assert_eq!(answer.http_status(), status, "{answer:?}");
        }
        assert_eq!(Answer::accepted().retcode.status(), "async");
    }
}
