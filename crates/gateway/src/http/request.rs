//! Reads the call of an HTTP request (api/transports §2.1; api/actions §1.1).

use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use hyper::body::Bytes;
use nekonap_onebot::{Answer, Call, Code, coerce};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

/// Bodies larger than this, in bytes, are parsed on the blocking pool so that they do not delay other connections.
const LARGE: usize = 1 << 20;

/// The call of a request; `None` for a request for `/` without an action.
pub(super) async fn read(head: Parts, body: Bytes) -> Result<Option<Call>, Answer> {
    if body.len() <= LARGE {
        return parse(&head, &body);
    }
    let parsed = tokio::task::spawn_blocking(move || parse(&head, &body)).await;
    parsed.unwrap_or_else(|_| {
        Err(Answer::failed(
            Code::Internal,
            "the body could not be parsed",
        ))
    })
}

fn parse(head: &Parts, body: &[u8]) -> Result<Option<Call>, Answer> {
    let name = action(head.uri.path());
    let query = head.uri.query().unwrap_or_default();
    let mut call = if head.method == Method::POST {
        with_body(&name, &head.headers, body)?.with_query(pairs(query.as_bytes()))
    } else {
        Call::from_pairs(&name, pairs(query.as_bytes()))
    };
    call.params.shift_remove("access_token");
    if call.action.is_empty() {
        return unwrap(call);
    }
    Ok(Some(call))
}

/// Name of the action: the first part of the path.
fn action(path: &str) -> String {
    let part = path
        .split('/')
        .find(|part| !part.is_empty())
        .unwrap_or_default();
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

/// How a body is parsed, according to its content type.
enum Kind {
    Json,
    Form,
    /// No content type, or a meaningless one that an HTTP library set. The body may be JSON.
    Unspecified,
    Other,
}

fn kind(headers: &HeaderMap) -> Kind {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Kind::Unspecified;
    };
    let value = value.to_str().unwrap_or("?");
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match essence.as_str() {
        "application/json" => Kind::Json,
        "application/x-www-form-urlencoded" => Kind::Form,
        "" | "application/octet-stream" => Kind::Unspecified,
        other if other.starts_with("text/") => Kind::Unspecified,
        other if other.starts_with("application/") && other.ends_with("+json") => Kind::Json,
        _ => Kind::Other,
    }
}

fn with_body(name: &str, headers: &HeaderMap, body: &[u8]) -> Result<Call, Answer> {
    match kind(headers) {
        Kind::Json => Ok(Call::from_body(name, body)?),
        Kind::Form => Ok(Call::from_pairs(name, pairs(body))),
        Kind::Unspecified => {
            Call::from_body(name, body).map_err(|bad| content_type().echoing(bad.echo))
        }
        Kind::Other if body.is_empty() => Ok(Call::from_body(name, body)?),
        Kind::Other => Err(content_type()),
    }
}

fn content_type() -> Answer {
    Answer::failed(
        Code::ContentType,
        "the content type of a body must be application/json or application/x-www-form-urlencoded",
    )
}

/// The pairs of a query or a form, without the access token.
fn pairs(text: &[u8]) -> impl Iterator<Item = (String, String)> + '_ {
    form_urlencoded::parse(text)
        .filter(|(name, _)| name != "access_token")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
}

/// The call in a request for `/`, where `action` and `params` are parameters (as in go-cqhttp).
fn unwrap(mut call: Call) -> Result<Option<Call>, Answer> {
    let action = match call.params.shift_remove("action") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(action)) if action.is_empty() => return Ok(None),
        Some(action) => action,
    };
    let params = match call.params.shift_remove("params") {
        // In a form or a query every value is a string, so `params` is JSON text.
        Some(Value::String(text)) if !text.is_empty() => match coerce::json(&text) {
            Ok(params) => params,
            Err(error) => {
                let answer = Answer::failed(
                    Code::BadRequest,
                    format!("`params` cannot be read: {error}"),
                );
                return Err(answer.echoing(call.echo));
            }
        },
        params => params.unwrap_or_default(),
    };
    // Parsed like a WebSocket frame, so that both follow the same rules.
    let frame = json!({ "action": action, "params": params });
    match Call::from_frame(&frame.to_string()) {
        Ok(inner) => Ok(Some(Call {
            echo: call.echo,
            ..inner
        })),
        Err(bad) => Err(Answer::from(bad).echoing(call.echo)),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use serde_json::Map;

    use super::*;

    fn read(
        method: &str,
        target: &str,
        kind: Option<&str>,
        body: &str,
    ) -> Result<Option<Call>, Answer> {
        let mut request = Request::builder().method(method).uri(target);
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        let (head, ()) = request.body(()).expect("a request").into_parts();
        parse(&head, body.as_bytes())
    }

    fn call(method: &str, target: &str, kind: Option<&str>, body: &str) -> (String, Value) {
        let call = read(method, target, kind, body)
            .unwrap_or_else(|answer| panic!("{answer:?}"))
            .expect("a call");
        (call.action, Value::Object(call.params))
    }

    fn status(kind: Option<&str>, body: &str) -> u16 {
        read("POST", "/send_msg", kind, body).map_or_else(|answer| answer.http_status(), |_| 200)
    }

    #[test]
    fn first_part_of_the_path_is_the_action() {
        for target in [
            "/get_status",
            "/get_status/",
            "//get_status",
            "/get_status/x",
            "/get_status?a=1",
            "/%20get_status",
        ] {
            assert_eq!(call("GET", target, None, "").0, "get_status", "{target}");
        }
        assert_eq!(
            call("GET", "/.handle_quick_operation", None, "").0,
            ".handle_quick_operation"
        );
    }

    #[test]
    fn parameters_are_read_from_query_form_and_json() {
        let form = Some("application/x-www-form-urlencoded");
        let (_, params) = call(
            "POST",
            "/send_msg?access_token=t",
            form,
            "user_id=1&message=a%26amp%3Bb+c",
        );
        assert_eq!(params, json!({"user_id": "1", "message": "a&amp;b c"}));
        let json_type = Some("application/json; charset=utf-8");
        let (_, params) = call(
            "POST",
            "/send_msg?user_id=2",
            json_type,
            r#"{"user_id":1,"access_token":"t"}"#,
        );
        assert_eq!(params, json!({"user_id": "2"}));
        let (_, params) = call("GET", "/send_msg?user_id=2", json_type, r#"{"user_id":1}"#);
        assert_eq!(params, json!({"user_id": "2"}));
    }

    #[test]
    fn content_type_decides_how_the_body_is_parsed() {
        for kind in [
            None,
            Some("text/plain"),
            Some("application/octet-stream"),
            Some("Application/JSON;charset=utf-8"),
        ] {
            assert_eq!(status(kind, r#"{"user_id":1}"#), 200, "{kind:?}");
            assert_eq!(status(kind, "{'user_id':1,} // JSON5"), 200, "{kind:?}");
            assert_eq!(status(kind, ""), 200, "{kind:?}");
        }
        assert_eq!(status(Some("application/json"), "{bad"), 400);
        assert_eq!(status(Some("application/json"), "[1]"), 400);
        assert_eq!(status(None, "{bad"), 406);
        assert_eq!(status(Some("application/xml"), "<x/>"), 406);
        assert_eq!(
            status(Some("multipart/form-data; boundary=x"), "--x--"),
            406
        );
    }

    #[test]
    fn root_path_reads_action_and_params_from_parameters() {
        for target in ["/", "//", "/?"] {
            assert!(
                read("GET", target, None, "").expect("an answer").is_none(),
                "{target}"
            );
        }
        assert!(read("POST", "/", None, "{}").expect("an answer").is_none());
        let body = r#"{"action":"/get_msg","params":{"message_id":5},"echo":7}"#;
        let call_at_root = read("POST", "/", Some("application/json"), body)
            .expect("an answer")
            .expect("a call");
        assert_eq!(
            (call_at_root.action.as_str(), &call_at_root.params),
            ("get_msg", &object(&json!({"message_id": 5})))
        );
        assert_eq!(call_at_root.echo.expect("an echo").get(), "7");
        let target = "/?action=get_msg&params=%7B%22message_id%22:5%7D&echo=e";
        let call_at_root = read("GET", target, None, "")
            .expect("an answer")
            .expect("a call");
        assert_eq!(
            (call_at_root.action.as_str(), &call_at_root.params),
            ("get_msg", &object(&json!({"message_id": 5})))
        );
        assert_eq!(call_at_root.echo.expect("an echo").get(), "\"e\"");
        assert_eq!(call("GET", "/?action=get_status", None, "").1, json!({}));
        assert_eq!(
            read("GET", "/?action=x&params=%7B", None, "")
                .expect_err("bad")
                .http_status(),
            400
        );
    }

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().expect("an object")
    }
}
