//! The sandbox's HTTP API (`docs/api/sandbox.md`): acting as people of the world, reading the world, and injecting
//! faults.
//!
//! The caller that mounts these routes checks the token, the origin and the host.

mod act;
mod activities;
pub(crate) mod elements;
mod faults;
mod files;
mod look;
mod qzone;
mod stream;
mod surrogates;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Json, Response},
    routing::{get, post},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

pub(crate) use act::Acts;

use crate::{
    refusal::{Refusal, RefusalKind},
    world_actor::WorldActor,
};

/// Maximum size of a request body, in bytes (api/sandbox §1).
const MAX_BODY: usize = 64 << 20;

/// A reply without fields.
#[derive(Debug, Serialize)]
pub(crate) struct Empty {}

/// State that the handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    pub(crate) world_actor: WorldActor,
    /// Cancelled to end the event streams.
    pub(crate) closing: CancellationToken,
}

/// The routes, with their complete paths.
pub(crate) fn routes(api: Api) -> Router {
    Router::new()
        .route("/sandbox/api/act", post(act::act))
        .route("/sandbox/api/world", get(look::world))
        .route("/sandbox/api/messages", get(look::messages))
        .route("/sandbox/api/activities", get(activities::activities))
        .route("/sandbox/api/requests", get(look::requests))
        .route("/sandbox/api/albums", get(files::albums))
        .route("/sandbox/api/files", get(files::list))
        .route("/sandbox/api/files/{id}", get(files::bytes))
        .route("/sandbox/api/qzone", get(qzone::of_person))
        .route("/sandbox/api/faces", get(look::faces))
        .route("/sandbox/api/journal", get(look::journal))
        .route("/sandbox/api/stream", get(stream::stream))
        .route(
            "/sandbox/api/faults",
            get(faults::show).post(faults::apply).delete(faults::clear),
        )
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(api)
}

async fn no_such_path() -> Failure {
    Failure(
        StatusCode::NOT_FOUND,
        "not_found",
        "the sandbox API has no such path".to_owned(),
    )
}

async fn no_such_method() -> Failure {
    Failure(
        StatusCode::METHOD_NOT_ALLOWED,
        "bad_request",
        "this path does not support this method".to_owned(),
    )
}

/// An error response: HTTP status, stable `code`, text.
pub(crate) struct Failure(StatusCode, &'static str, String);

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let (status, code) = match refusal.kind {
            RefusalKind::BadRequest => (StatusCode::BAD_REQUEST, "bad_request"),
            RefusalKind::NotAllowed => (StatusCode::FORBIDDEN, "not_allowed"),
            RefusalKind::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            RefusalKind::Conflict => (StatusCode::CONFLICT, "conflict"),
            RefusalKind::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "broken"),
        };
        Self(status, code, refusal.text)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Self(status, code, error) = self;
        (status, Json(json!({"error": error, "code": code}))).into_response()
    }
}

/// Parses the JSON body of a POST request.
///
/// # Errors
/// The content type is not JSON (415), the body is too large (413), or it is not valid JSON (400).
fn body(headers: &HeaderMap, bytes: Result<Bytes, BytesRejection>) -> Result<Value, Failure> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case("application/json") {
        return Err(Failure(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "bad_request",
            "the body must be application/json".to_owned(),
        ));
    }
    let bytes = bytes.map_err(|rejection| {
        let code = if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            "too_large"
        } else {
            "bad_request"
        };
        Failure(rejection.status(), code, rejection.body_text())
    })?;
    serde_json::from_slice(&bytes)
        .or_else(|error| {
            let text = std::str::from_utf8(&bytes).ok();
            let replaced = text.and_then(surrogates::replace_lone_surrogates);
            replaced
                .and_then(|text| serde_json::from_str(&text).ok())
                .ok_or(error)
        })
        .map_err(|error| {
            Refusal::bad_request(format!("the body is not valid JSON: {error}")).into()
        })
}

/// Deserializes typed fields; the error names the invalid one.
pub(crate) fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        Refusal::bad_request(if path == "." {
            inner.to_string()
        } else {
            format!("`{path}`: {inner}")
        })
    })
}
