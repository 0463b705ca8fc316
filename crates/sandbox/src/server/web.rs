//! The pages of QQ's web hosts, served over HTTP on the wire port and authenticated by cookie (protocol/04 §10), and links
//! to files (protocol/03 §5).

mod albums;
mod files;
mod groups;
mod jump;
mod media;
mod multipart;

mod qzone;
use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use nekonap_ids::Uin;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

pub(crate) use media::file as file_response;

use super::listen::Shared;
use crate::{refusal::Refusal, services::credentials::keys, world::World};

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
        .merge(groups::routes())
        .merge(jump::routes())
        .merge(files::routes())
        .merge(albums::routes())
        .merge(media::routes())
        .merge(qzone::routes())
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

/// An account whose cookie and token were checked.
struct Visitor {
    shared: Arc<Shared>,
    uin: Uin,
}

impl Visitor {
    /// Checks the cookie, and the token if the page has one.
    ///
    /// # Errors
    /// The response of a page that rejects them.
    async fn check(
        shared: Arc<Shared>,
        headers: &HeaderMap,
        token: Option<u32>,
    ) -> Result<Self, Response> {
        let Some(Cookie { uin, key }) = Cookie::read(headers) else {
            let text = "the cookie is missing or invalid";
            return Err(forbidden(text.to_owned()));
        };
        let checked = shared
            .world_actor
            .ask(move |world| keys::check(world, uin, &key, token))
            .await;
        match checked {
            Ok(()) => Ok(Self { shared, uin }),
            Err(refusal) => Err(forbidden(refusal.text)),
        }
    }

    /// Runs a job as this account.
    async fn ask(
        self,
        job: impl FnOnce(&mut World, Uin) -> Result<Value, Refusal> + Send + 'static,
    ) -> Result<Value, Refusal> {
        let uin = self.uin;
        self.shared
            .world_actor
            .ask(move |world| job(world, uin))
            .await
    }
}

fn forbidden(text: String) -> Response {
    (StatusCode::FORBIDDEN, text).into_response()
}

/// Account and key from a cookie such as `uin=o10001; p_skey=…`. protocol/04 §9.2
struct Cookie {
    uin: Uin,
    key: String,
}

impl Cookie {
    fn read(headers: &HeaderMap) -> Option<Self> {
        let value = |name| value(headers, name);
        let uin = value("uin").or_else(|| value("p_uin"))?;
        Some(Self {
            uin: uin.trim_start_matches('o').parse().ok()?,
            key: value("p_skey").or_else(|| value("skey"))?,
        })
    }
}

/// The value of a cookie.
fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let line = headers.get(header::COOKIE)?.to_str().ok()?;
    line.split(';').find_map(|part| {
        let (key, value) = part.trim().split_once('=')?;
        (key == name).then(|| value.to_owned())
    })
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
