//! Routers of other crates on an HTTP entry: the sandbox's API, the console, the panel (ARCHITECTURE "Code map").

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

/// A router that serves one path of every HTTP entry, and all paths below it.
#[derive(Clone, Debug)]
pub struct Mount {
    path: String,
    router: Router,
    access: MountAccess,
}

/// Who may use a mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MountAccess {
    /// Requests must carry the entry's token in a header, and an `Origin`, if there is one, must be the mount's own.
    /// An entry without a token must listen on loopback, and `Host` must name this machine. A request that is refused
    /// is answered with `{"error": …, "code": …}`.
    Token,
    /// All requests, without any check: for pages that contain no data.
    Open,
}

impl Mount {
    /// Serves `router` at `path` and all paths below it. The router receives the full path. It must limit the size of
    /// bodies itself, and it answers all methods.
    pub fn new(path: impl Into<String>, router: Router, access: MountAccess) -> Self {
        Self {
            path: path.into().trim_end_matches('/').to_owned(),
            router,
            access,
        }
    }

    /// Whether this mount serves `path`.
    fn serves(&self, path: &str) -> bool {
        path.strip_prefix(&self.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    pub(crate) async fn answer(
        &self,
        guard: &Guard,
        peer: IpAddr,
        request: Request<Incoming>,
    ) -> Reply {
        if self.access == MountAccess::Token
            && let Err(refusal) = guard.admit(Rules::Mount, peer, request.uri(), request.headers())
        {
            return refused(refusal);
        }
        let answered = self.router.clone().oneshot(request.map(Body::new)).await;
        // A router cannot fail: its error type has no values.
        answered
            .unwrap_or_else(|never| match never {})
            .map(http_body_util::Either::Right)
    }
}

/// The mount that serves `path`: if several do, the one with the longest path.
pub(crate) fn find<'a>(mounts: &'a [Mount], path: &str) -> Option<&'a Mount> {
    mounts
        .iter()
        .filter(|mount| mount.serves(path))
        .max_by_key(|mount| mount.path.len())
}

/// Checks that the entry does not expose a mount without its token.
///
/// # Errors
/// A mount requires a token, but the entry has none and does not listen on loopback.
pub(crate) fn check(mounts: &[Mount], entry: &HttpServer) -> Result<(), GatewayError> {
    let open = entry.access.token.is_none() && !entry.listen.is_loopback();
    match mounts
        .iter()
        .find(|mount| open && mount.access == MountAccess::Token)
    {
        None => Ok(()),
        Some(mount) => Err(GatewayError::Mount {
            path: mount.path.clone(),
            entry: entry.name.clone(),
            listen: entry.listen.clone(),
        }),
    }
}

/// A refusal in the error format of the sandbox's API (api/sandbox §1).
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
