//! The pages of QQ's web hosts, served over HTTP on the wire port and authenticated by cookie. protocol/04 §10

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Query, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Json, Response},
    routing::get,
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use nekonap_ids::{GroupUin, Uin};
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::listen::Shared;
use crate::services::extras::essence;

/// Timeout of a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves HTTP requests on a connection.
pub(super) async fn serve(stream: TcpStream, shared: Arc<Shared>, cancel: CancellationToken) {
    let service = TowerToHyperService::new(pages(shared));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        () = cancel.cancelled() => {}
        ended = connection => {
            if let Err(error) = ended {
                tracing::debug!(%error, "an HTTP connection on the wire port ended with an error");
            }
        }
    }
}

fn pages(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/cgi-bin/group_digest/digest_list", get(digest_list))
        .layer(middleware::from_fn(own_origin))
        .with_state(shared)
}

/// Refuses requests with a foreign origin, so that pages of other sites cannot read the data.
async fn own_origin(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let foreign = match (text(header::ORIGIN), text(header::HOST)) {
        (None, _) => headers.contains_key(header::ORIGIN),
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, own)| own != host),
        (Some(_), None) => true,
    };
    if foreign {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

#[derive(Debug, Deserialize)]
struct DigestList {
    group_code: GroupUin,
    #[serde(default)]
    page_start: u32,
    #[serde(default = "twenty")]
    page_limit: u32,
    bkn: Option<u32>,
}

const fn twenty() -> u32 {
    20
}

/// A page of a group's essence list. protocol/04 §10.5
async fn digest_list(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<DigestList>,
    headers: HeaderMap,
) -> Response {
    let Some(cookie) = Cookie::read(&headers) else {
        return (StatusCode::FORBIDDEN, "the cookie is missing or invalid").into_response();
    };
    let answered = shared
        .world_actor
        .ask(move |world| {
            crate::services::credentials::keys::check(world, cookie.uin, &cookie.key, query.bkn)?;
            essence::page(
                world,
                cookie.uin,
                query.group_code,
                query.page_start,
                query.page_limit.clamp(1, 50),
            )
        })
        .await;
    match answered {
        Ok(page) => Json(page).into_response(),
        Err(refusal) => Json(serde_json::json!({
            "retcode": refusal.code, "retmsg": refusal.text, "data": null
        }))
        .into_response(),
    }
}

/// Account and key from a cookie such as `uin=o10001; p_skey=…`. protocol/04 §9.2
struct Cookie {
    uin: Uin,
    key: String,
}

impl Cookie {
    fn read(headers: &HeaderMap) -> Option<Self> {
        let line = headers.get(header::COOKIE)?.to_str().ok()?;
        let value = |name: &str| {
            line.split(';').find_map(|part| {
                let (key, value) = part.trim().split_once('=')?;
                (key == name).then(|| value.to_owned())
            })
        };
        let uin = value("uin").or_else(|| value("p_uin"))?;
        Some(Self {
            uin: uin.trim_start_matches('o').parse().ok()?,
            key: value("p_skey").or_else(|| value("skey"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookie_is_parsed_into_account_and_key() {
        let mut headers = HeaderMap::new();
        let line = "p_uin=o10001; p_skey=secret; skey=@other; uin=o10001";
        headers.insert(header::COOKIE, line.parse().expect("a header"));
        let cookie = Cookie::read(&headers).expect("a cookie");
        assert_eq!((cookie.uin.get(), cookie.key.as_str()), (10001, "secret"));
        assert!(Cookie::read(&HeaderMap::new()).is_none());
    }
}
