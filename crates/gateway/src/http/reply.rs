//! Answers as HTTP (api/transports §1.2, §2.1).

use axum::http::header::{ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::{Either, Full};
use hyper::body::Bytes;
use nekonap_endpoint::Readiness;
use nekonap_onebot::{Answer, Code};

use super::body::Unread;
use super::{Reply, preflight};
use crate::guard::Refusal;

/// An action's answer, with the status that goes with it.
pub(super) fn answer(answer: &Answer) -> Reply {
    let status = StatusCode::from_u16(answer.http_status()).unwrap_or(StatusCode::OK);
    json(status, answer.to_json())
}

/// JSON with a status.
pub(super) fn json(status: StatusCode, body: impl Into<Bytes>) -> Reply {
    with(
        status,
        HeaderValue::from_static("application/json; charset=utf-8"),
        body.into(),
    )
}

/// A line for people.
pub(crate) fn text(status: StatusCode, line: &'static str) -> Reply {
    with(
        status,
        HeaderValue::from_static("text/plain; charset=utf-8"),
        Bytes::from_static(line.as_bytes()),
    )
}

/// A status alone.
pub(crate) fn empty(status: StatusCode) -> Reply {
    let mut reply = Reply::new(Either::Left(Full::default()));
    *reply.status_mut() = status;
    reply
}

fn with(status: StatusCode, kind: HeaderValue, body: Bytes) -> Reply {
    let mut reply = Reply::new(Either::Left(Full::new(body)));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, kind);
    reply
}

/// The answer to a request that the guard holds back.
pub(crate) fn refused(refusal: Refusal) -> Reply {
    let mut reply = json(refusal.status(), refusal.answer().to_json());
    challenge(refusal, reply.headers_mut());
    reply
}

/// Says which credentials a 401 asks for.
pub(crate) fn challenge(refusal: Refusal, headers: &mut HeaderMap) {
    if refusal == Refusal::NoToken {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
}

/// The answer to a method that is not served.
pub(super) fn wrong_method() -> Reply {
    let refusal = Answer::failed(Code::WrongMethod, "actions are called with GET or POST");
    let mut reply = answer(&refusal);
    reply.headers_mut().insert(ALLOW, preflight::METHODS);
    reply
}

/// The answer to a request whose body could not be read to its end.
pub(super) fn unread(error: Unread) -> Reply {
    match error {
        Unread::TooLarge(limit) => answer(&Answer::failed(
            Code::TooLarge,
            format!("the body is larger than the limit of {limit} bytes"),
        )),
        Unread::Stalled => json(
            StatusCode::REQUEST_TIMEOUT,
            Answer::failed(Code::BadRequest, "the body did not go on").to_json(),
        ),
        Unread::Broken => answer(&Answer::failed(Code::BadRequest, "the body broke off")),
    }
}

/// What `/readyz` says.
pub(super) fn readiness(readiness: &Readiness) -> Reply {
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    json(status, serde_json::to_vec(readiness).unwrap_or_default())
}
