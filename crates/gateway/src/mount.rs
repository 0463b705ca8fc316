//! What others serve on an HTTP entry: the sandbox's API, the console, the panel (ARCHITECTURE "Code map").

use std::net::IpAddr;

use axum::Router;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Request, StatusCode};
use hyper::body::Incoming;
use serde::Serialize;
use tower::ServiceExt;

use crate::GatewayError;
use crate::config::HttpServer;
use crate::guard::{Guard, Refusal, Rules};
use crate::http::Reply;

/// A router beneath a path of an HTTP entry.
#[derive(Clone, Debug)]
pub struct Mount {
    path: String,
    router: Router,
    door: Door,
}

/// Who may pass to a mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Whoever has the entry's token in a header, from the mount's own origin or none. On an entry without a token, which
    /// must be on loopback then: whoever names this machine as `Host`. Refusals are `{"error": …, "code": …}`.
    Token,
    /// Everybody: pages that hold no data.
    Open,
}

impl Mount {
    /// Serves `router` for `path` and everything beneath it. The router sees the whole path. It sets its own limits for
    /// bodies, and answers every method itself.
    pub fn new(path: impl Into<String>, router: Router, door: Door) -> Self {
        Self {
            path: path.into().trim_end_matches('/').to_owned(),
            router,
            door,
        }
    }

    /// Whether a request for `path` is for this mount.
    fn has(&self, path: &str) -> bool {
        path.strip_prefix(&self.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Answers a request that is for this mount.
    pub(crate) async fn answer(
        &self,
        guard: &Guard,
        peer: IpAddr,
        request: Request<Incoming>,
    ) -> Reply {
        if self.door == Door::Token
            && let Err(refusal) = guard.admit(Rules::Mount, peer, request.uri(), request.headers())
        {
            return refused(refusal);
        }
        let answered = self.router.clone().oneshot(request.map(Body::new)).await;
        // A router's error type has no values.
        answered
            .unwrap_or_else(|never| match never {})
            .map(http_body_util::Either::Right)
    }
}

/// The mount that a request for `path` is for: the one with the longest path.
pub(crate) fn find<'a>(mounts: &'a [Mount], path: &str) -> Option<&'a Mount> {
    mounts
        .iter()
        .filter(|mount| mount.has(path))
        .max_by_key(|mount| mount.path.len())
}

/// Whether the mounts may be served on that entry.
pub(crate) fn check(mounts: &[Mount], entry: &HttpServer) -> Result<(), GatewayError> {
    let open = entry.access.token.is_none() && !entry.listen.is_loopback();
    match mounts
        .iter()
        .find(|mount| open && mount.door == Door::Token)
    {
        None => Ok(()),
        Some(mount) => Err(GatewayError::Mount {
            path: mount.path.clone(),
            entry: entry.name.clone(),
            listen: entry.listen.clone(),
        }),
    }
}

/// A refusal in the words of a mount's API (api/sandbox §1).
#[derive(Serialize)]
struct Refused {
    error: &'static str,
    code: &'static str,
}

fn refused(refusal: Refusal) -> Reply {
    let code = if refusal.status() == StatusCode::UNAUTHORIZED {
        "unauthorized"
    } else {
        "not_allowed"
    };
    let body = serde_json::to_vec(&Refused {
        error: refusal.text(),
        code,
    })
    .unwrap_or_default();
    let mut reply = Reply::new(http_body_util::Either::Left(body.into()));
    *reply.status_mut() = refusal.status();
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    crate::http::reply::challenge(refusal, headers);
    reply
}
