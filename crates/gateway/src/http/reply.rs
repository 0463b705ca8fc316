//! HTTP responses (api/transports §1.2, §2.1).

use axum::http::header::{ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::{Either, Full};
use hyper::body::Bytes;
use nekonap_endpoint::Readiness;
use nekonap_onebot::{Answer, Code};

use super::body::BodyError;
use super::{Reply, preflight};
use crate::guard::Refusal;

/// The answer of an action, with its HTTP status.
pub(super) fn answer(answer: &Answer) -> Reply {
    let status = StatusCode::from_u16(answer.http_status()).unwrap_or(StatusCode::OK);
    if answer.streaming {
        json(status, packet(answer))
    } else {
        json(status, answer.to_json())
    }
}

/// A packet of a stream action: the answer, and an empty line (api/transports §10).
pub(super) fn packet(answer: &Answer) -> Bytes {
    let mut text = answer.to_json();
    text.push_str("\r\n\r\n");
    text.into()
}

/// A response of several packets. Its content type is not that of JSON, because the whole is not one JSON text.
pub(super) fn packets(body: axum::body::Body) -> Reply {
    let mut reply = empty(StatusCode::OK).map(|_| Either::Right(body));
    let kind = HeaderValue::from_static("application/x-ndjson; charset=utf-8");
    reply.headers_mut().insert(CONTENT_TYPE, kind);
    reply
}

/// A JSON response.
pub(super) fn json(status: StatusCode, body: impl Into<Bytes>) -> Reply {
    with(
        status,
        HeaderValue::from_static("application/json; charset=utf-8"),
        body.into(),
    )
}

/// A plain-text response.
pub(crate) fn text(status: StatusCode, text: impl Into<Bytes>) -> Reply {
    with(
        status,
        HeaderValue::from_static("text/plain; charset=utf-8"),
        text.into(),
    )
}

/// A response without a body.
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

/// The response to a request that the guard refuses.
pub(crate) fn refused(refusal: Refusal) -> Reply {
    let mut reply = json(refusal.status(), refusal.answer().to_json());
    challenge(refusal, reply.headers_mut());
    reply
}

/// Adds `WWW-Authenticate` to a 401 response.
pub(crate) fn challenge(refusal: Refusal, headers: &mut HeaderMap) {
    if refusal == Refusal::NoToken {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
}

/// The response to a method that is not allowed.
pub(super) fn wrong_method() -> Reply {
    let refusal = Answer::failed(Code::WrongMethod, "actions must be called with GET or POST");
    let mut reply = answer(&refusal);
    reply.headers_mut().insert(ALLOW, preflight::METHODS);
    reply
}

/// The response to a request whose body could not be read.
pub(super) fn body_error(error: BodyError) -> Reply {
    match error {
        BodyError::TooLarge(limit) => answer(&Answer::failed(
            Code::TooLarge,
            format!("the body is larger than the limit of {limit} bytes"),
        )),
        BodyError::Stalled => json(
            StatusCode::REQUEST_TIMEOUT,
            Answer::failed(Code::BadRequest, "the body was not completed in time").to_json(),
        ),
        BodyError::Broken => answer(&Answer::failed(
            Code::BadRequest,
            "the connection broke while the body was read",
        )),
    }
}

/// The response of `/readyz`.
pub(super) fn readiness(readiness: &Readiness) -> Reply {
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    json(status, serde_json::to_vec(readiness).unwrap_or_default())
}
