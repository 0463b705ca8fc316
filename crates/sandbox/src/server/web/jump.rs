//! The pages that log an account in with its client key: `jump`, which redirects to `check_sig`. protocol/04 §9.2

use std::sync::Arc;

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
    routing::get,
};
use nekonap_ids::Uin;
use serde::Deserialize;

use super::value;
use crate::{server::listen::Shared, services::credentials::keys};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/jump", get(jump))
        .route("/check_sig", get(check_sig))
}

#[derive(Debug, Deserialize)]
struct Jump {
    clientuin: Uin,
    clientkey: String,
    /// The page to log in to.
    u1: String,
}

/// Sets the cookies that all pages share and redirects to the page that sets those of the domain.
async fn jump(State(shared): State<Arc<Shared>>, Query(query): Query<Jump>) -> Response {
    let Jump {
        clientuin: uin,
        clientkey,
        u1,
    } = query;
    let Some(domain) = host(&u1) else {
        return (StatusCode::BAD_REQUEST, "`u1` is not an https address").into_response();
    };
    let logged_in = shared
        .world_actor
        .ask(move |world| keys::log_in(world, uin, &clientkey))
        .await;
    match logged_in {
        Ok(skey) => {
            let cookies = AppendHeaders([
                (
                    header::SET_COOKIE,
                    format!("uin=o{uin}; Path=/; Domain=qq.com;"),
                ),
                (
                    header::SET_COOKIE,
                    format!("skey={skey}; Path=/; Domain=qq.com;"),
                ),
                (
                    header::LOCATION,
                    format!("/check_sig?uin={uin}&domain={domain}"),
                ),
            ]);
            (StatusCode::FOUND, cookies).into_response()
        }
        Err(refusal) => (StatusCode::FORBIDDEN, refusal.text).into_response(),
    }
}

#[derive(Debug, Deserialize)]
struct CheckSig {
    uin: Uin,
    domain: String,
}

/// Sets the cookies of a domain for an account with a valid `skey`.
async fn check_sig(
    State(shared): State<Arc<Shared>>,
    Query(CheckSig { uin, domain }): Query<CheckSig>,
    headers: HeaderMap,
) -> Response {
    if !is_host(&domain) {
        return (StatusCode::BAD_REQUEST, "`domain` is not a host").into_response();
    }
    let skey = value(&headers, "skey").unwrap_or_default();
    let checked = shared
        .world_actor
        .ask(move |world| keys::page_key(world, uin, &skey))
        .await;
    match checked {
        Ok(key) => AppendHeaders([
            (
                header::SET_COOKIE,
                format!("p_uin=o{uin}; Path=/; Domain={domain};"),
            ),
            (
                header::SET_COOKIE,
                format!("p_skey={key}; Path=/; Domain={domain};"),
            ),
        ])
        .into_response(),
        Err(refusal) => (StatusCode::FORBIDDEN, refusal.text).into_response(),
    }
}

/// Host of an https address.
fn host(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    is_host(host).then_some(host)
}

fn is_host(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    (1..=253).contains(&text.len()) && text.bytes().all(known)
}
