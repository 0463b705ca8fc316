//! The page at `/sandbox`: a short guide to the sandbox's API in English and Chinese. It holds no data and runs no script.

use axum::{
    Router,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::IntoResponse,
    routing::get,
};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// Allows only the style sheet; forbids scripts, forms and frames.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page and its style sheet. The routes have full paths, because a mount passes requests on with the path unchanged.
pub(super) fn routes() -> Router {
    let page = || async { answer("text/html; charset=utf-8", PAGE) };
    Router::new()
        .route("/sandbox", get(page))
        .route("/sandbox/", get(page))
        .route(
            "/sandbox/style.css",
            get(|| async { answer("text/css; charset=utf-8", STYLE) }),
        )
}

fn answer(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers: HeaderMap = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ]
    .map(|(name, value): (HeaderName, _)| (name, HeaderValue::from_static(value)))
    .into_iter()
    .collect();
    (headers, text)
}
