//! Qzone's pages, behind both gateways, with their wrappings, and its pictures. api/newer §3, §4

use std::{fmt::Write as _, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{any, get, post},
};
use nekonap_ids::Uin;
use serde_json::{Value, json};

use super::{
    Cookie, Shared,
    media::{located, respond},
};
use crate::{
    refusal::{Refusal, RefusalKind},
    services::{
        credentials::keys,
        qzone::{
            pages::{Fields, Form, PAGES, Page},
            pictures,
        },
    },
    world::{Sha1, World},
};

/// Largest upload, in bytes: a picture of 20 MiB as base64 in a form.
const MAX_UPLOAD: usize = 48 << 20;
/// Name of the page that takes pictures.
const UPLOAD: &str = "cgi_upload_image";
/// Codes of refusals. api/newer §3.2
const NOT_LOGGED_IN: i64 = -3_000;
const BAD_PARAMETER: i64 = -10_004;
const GONE: i64 = -8;
const NO_ACCESS: i64 = 403;
const BROKEN: i64 = -10_001;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/proxy/domain/{host}/{*path}", any(page))
        .route(
            &format!("/cgi-bin/upload/{UPLOAD}"),
            post(upload).layer(DefaultBodyLimit::max(MAX_UPLOAD)),
        )
        .route(&format!("/{}/{{id}}/b", pictures::PATH), get(picture))
}

/// An answer, and what faults do to it.
struct Answered {
    value: Value,
    delay: Option<Duration>,
    /// The work is done, but only half of the answer arrives.
    swallowed: bool,
}

/// Checks cookies and token of a request and runs it, unless a fault refuses it.
async fn run(
    shared: &Shared,
    headers: &HeaderMap,
    fields: &Fields,
    name: &'static str,
    work: impl FnOnce(&mut World, Uin) -> Result<Value, Refusal> + Send + 'static,
) -> Answered {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let names = [
        format!("{}/{name}", host.unwrap_or_default()),
        name.to_owned(),
    ];
    let cookie = Cookie::read(headers);
    let token = fields.get("g_tk").and_then(|token| token.parse().ok());
    let answered = shared
        .world_actor
        .ask(move |world| {
            let mut answered = Answered {
                value: Value::Null,
                delay: names.iter().find_map(|name| world.faults.delay(name)),
                swallowed: false,
            };
            if let Some(refusal) = names.iter().find_map(|name| world.faults.refuse(name)) {
                answered.value = refused(refusal.code, &refusal.text);
                return Ok(answered);
            }
            let checked = match (cookie, token) {
                (Some(cookie), Some(token)) => {
                    keys::check(world, cookie.uin, &cookie.key, Some(token)).map(|()| cookie.uin)
                }
                _ => Err(Refusal::bad_request("the cookie or `g_tk` is missing")),
            };
            match checked {
                Ok(uin) => {
                    answered.swallowed = names.iter().any(|name| world.faults.swallow(name));
                    answered.value = work(world, uin)?;
                }
                Err(refusal) => answered.value = refused(NOT_LOGGED_IN, &refusal.text),
            }
            Ok(answered)
        })
        .await;
    let answered = answered.unwrap_or_else(|refusal| {
        let code = match refusal.kind {
            RefusalKind::BadRequest | RefusalKind::Conflict => BAD_PARAMETER,
            RefusalKind::NotAllowed => NO_ACCESS,
            RefusalKind::NotFound => GONE,
            RefusalKind::Broken => BROKEN,
        };
        Answered {
            value: refused(code, &refusal.text),
            delay: None,
            swallowed: false,
        }
    });
    if let Some(delay) = answered.delay {
        tokio::time::sleep(delay).await;
    }
    answered
}

fn refused(code: i64, text: &str) -> Value {
    json!({"code": code, "subcode": code, "message": text, "msg": text})
}

/// The fields of a form.
fn form(body: &[u8]) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

async fn page(
    State(shared): State<Arc<Shared>>,
    method: Method,
    Path((host, path)): Path<(String, String)>,
    Query(mut fields): Query<Fields>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut pages = PAGES.iter().filter(|page| page.path == path);
    let Some(found) = pages.find(|page| page.method == method.as_str()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if found.method == "POST" {
        fields.extend(form(&body));
    }
    let Page {
        hosts,
        path,
        run: work,
        literal,
        ..
    } = *found;
    let name = path.rsplit('/').next().unwrap_or(path);
    let shape = match fields.get("format").map(String::as_str) {
        Some("json") => Form::Json,
        Some("jsonp") => Form::Call,
        Some("fs") => Form::Document,
        _ => found.form,
    };
    let callback = fields.get("callback").cloned();
    let given = fields.clone();
    let answered = run(&shared, &headers, &given, name, move |world, me| {
        if hosts.iter().all(|known| *known != host) {
            let text = format!("this page is not at {host}");
            return Err(Refusal::bad_request(text));
        }
        work(world, me, &fields)
    })
    .await;
    answer(&answered, shape, literal, callback.as_deref())
}

/// A picture for a post or a comment. api/newer §3.3
async fn upload(
    State(shared): State<Arc<Shared>>,
    Query(mut fields): Query<Fields>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    fields.extend(form(&body));
    let picfile = fields.remove("picfile").unwrap_or_default();
    let shape = match fields.get("output_type").map(String::as_str) {
        Some("json") => Form::Json,
        _ => Form::Document,
    };
    let own = fields.get("uin").and_then(|uin| uin.parse::<Uin>().ok());
    let answered = run(&shared, &headers, &fields, UPLOAD, move |world, me| {
        if own != Some(me) {
            return Err(Refusal::bad_request("`uin` is another account"));
        }
        let picture = pictures::keep_base64(world, me, &picfile)?;
        Ok(json!({"ret": 0, "msg": "", "data": {
            "albumid": me.to_string(),
            "lloc": picture.id,
            "sloc": picture.id,
            "type": picture.kind,
            "width": picture.width,
            "height": picture.height,
            "url": pictures::url(world, &picture.id),
        }}))
    })
    .await;
    answer(&answered, shape, false, None)
}

async fn picture(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let found = move |world: &mut World| {
        let picture = world.qzone_picture(&id)?;
        let Some(sha1) = picture.and_then(|one| Sha1::try_from(&one.sha1[..]).ok()) else {
            return Ok(Err(StatusCode::NOT_FOUND));
        };
        Ok(located(world, world.file(&sha1)?))
    };
    respond(&shared, found, &headers).await
}

/// Wraps an answer.
fn answer(answered: &Answered, form: Form, literal: bool, callback: Option<&str>) -> Response {
    let data = if literal {
        let mut text = String::new();
        write_literal(&answered.value, &mut text);
        text
    } else {
        // Inside a script a text must not end it.
        answered.value.to_string().replace('<', "\\u003c")
    };
    let name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '$' | '.');
    let callback = callback.filter(|text| !text.is_empty() && text.chars().all(name));
    let callback = callback.unwrap_or("_Callback");
    let (kind, text) = match form {
        Form::Json => ("application/json", data),
        Form::Call => ("application/x-javascript", format!("{callback}({data});")),
        Form::Document => (
            "text/html",
            format!(
                "<!DOCTYPE html><html><head><meta charset=\"utf-8\"/></head><body><script type=\"text/javascript\">\
                 frameElement.callback({data});</script></body></html>"
            ),
        ),
    };
    if answered.swallowed {
        let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
        let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        let parts = futures_util::stream::iter([Ok(half), Err(broken)]);
        return Body::from_stream(parts).into_response();
    }
    let kind = [(header::CONTENT_TYPE, format!("{kind}; charset=utf-8"))];
    match form {
        Form::Document => Html(text).into_response(),
        _ => (kind, text).into_response(),
    }
}

/// Writes a value as browsers accept it: keys without quotes, texts in single quotes, and null as `undefined`. api/newer §3.2
fn write_literal(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("undefined"),
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_literal(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            for (at, (key, item)) in fields.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                let plain = key
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                if plain && !key.is_empty() {
                    out.push_str(key);
                } else {
                    write_text(key, out);
                }
                out.push(':');
                write_literal(item, out);
            }
            out.push('}');
        }
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('\'');
    for char in text.chars() {
        match char {
            '/' => out.push_str("\\/"),
            '\\' | '\'' | '"' | '<' | '>' | '&' | '=' | '\u{0}'..='\u{1f}' => {
                let _ = write!(out, "\\x{:02X}", u32::from(char));
            }
            '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(char));
            }
            char => out.push(char),
        }
    }
    out.push('\'');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_has_escapes_and_undefined() {
        let value = json!({"code": 0, "a-b": "<a href='x'>/\n花", "list": [{"x": true}, null]});
        let mut text = String::new();
        write_literal(&value, &mut text);
        let expected =
            r"{code:0,'a-b':'\x3Ca href\x3D\x27x\x27\x3E\/\x0A花',list:[{x:true},undefined]}";
        assert_eq!(text, expected);
    }
}
