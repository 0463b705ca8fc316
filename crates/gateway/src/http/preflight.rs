//! CORS preflight requests (api/transports §2.3). Every origin is allowed, but never with credentials. Foreign pages are
//! kept out by the token or, without one, by the `Origin` check of the guard.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_REQUEST_HEADERS, ALLOW, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};

use super::{Reply, reply};

/// Allowed methods of an HTTP entry.
pub(super) const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");

/// Answers an `OPTIONS` request.
pub(super) fn answer(request: &HeaderMap, cors: bool) -> Reply {
    let mut reply = reply::empty(StatusCode::NO_CONTENT);
    let headers = reply.headers_mut();
    headers.insert(ALLOW, METHODS);
    if cors {
        headers.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET,POST,OPTIONS"),
        );
        if let Some(wanted) = request.get(ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
            headers.insert(
                VARY,
                HeaderValue::from_static("access-control-request-headers"),
            );
        }
    }
    reply
}

/// Allows pages of every origin to read the answer.
pub(super) fn allow(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
}
