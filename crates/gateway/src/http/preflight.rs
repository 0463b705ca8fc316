//! What browsers ask before a page of another origin may call (api/transports §2.3). It is allowed to every page,
//! never with credentials: what keeps foreign pages out is the token, and without one the `Origin` rule of the guard.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_REQUEST_HEADERS, ALLOW, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};

use super::{Reply, reply};

/// The methods of an HTTP entry.
pub(super) const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");

/// Answers `OPTIONS`.
pub(super) fn answer(asked: &HeaderMap, cors: bool) -> Reply {
    let mut reply = reply::empty(StatusCode::NO_CONTENT);
    let headers = reply.headers_mut();
    headers.insert(ALLOW, METHODS);
    if cors {
        headers.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET,POST,OPTIONS"),
        );
        if let Some(wanted) = asked.get(ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
            headers.insert(
                VARY,
                HeaderValue::from_static("access-control-request-headers"),
            );
        }
    }
    reply
}

/// Lets pages of every origin read an answer.
pub(super) fn allow(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
}
