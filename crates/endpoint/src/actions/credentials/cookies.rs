//! `get_cookies`, `get_csrf_token`, `get_credentials` (api/actions §3.17).

use nekonap_client::{CallError, Cookies};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    actions::NoParams,
    bot::Context,
    error::{Failure, Result},
};

/// Domain whose pages want a token made from the `p_skey`.
const QZONE: &str = "qzone.qq.com";

/// Parameters of `get_cookies` and `get_credentials`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Domain {
    /// Host name of the pages; empty for the cookies that all pages share.
    #[serde(default)]
    #[schemars(example = "qun.qq.com")]
    domain: String,
}

/// Cookies of the account.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CookieLine {
    /// The value of a `Cookie` header.
    cookies: String,
    /// CSRF token, as a decimal string: made from the `skey`, for `qzone.qq.com` from the `p_skey`.
    bkn: String,
}

/// CSRF token of the account.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CsrfToken {
    /// The token, made from the `skey`.
    token: u32,
}

/// Cookies and CSRF tokens of the account.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Credentials {
    /// The value of a `Cookie` header.
    cookies: String,
    /// CSRF token, made from the `skey`.
    csrf_token: u32,
    /// The same as `csrf_token`.
    token: u32,
    /// CSRF token, as a decimal string: made from the `skey`, for `qzone.qq.com` from the `p_skey`.
    bkn: String,
}

pub(crate) async fn line(cx: Context, params: Domain) -> Result<CookieLine> {
    let cookies = cookies(&cx, &params.domain).await?;
    Ok(CookieLine {
        cookies: cookies.line(),
        bkn: bkn(&params.domain, &cookies),
    })
}

pub(crate) async fn token(cx: Context, _: NoParams) -> Result<CsrfToken> {
    Ok(CsrfToken {
        token: cookies(&cx, "").await?.token(),
    })
}

pub(crate) async fn credentials(cx: Context, params: Domain) -> Result<Credentials> {
    let cookies = cookies(&cx, &params.domain).await?;
    Ok(Credentials {
        cookies: cookies.line(),
        csrf_token: cookies.token(),
        token: cookies.token(),
        bkn: bkn(&params.domain, &cookies),
    })
}

async fn cookies(cx: &Context, domain: &str) -> Result<Cookies> {
    let domain = Some(domain).filter(|domain| !domain.is_empty());
    cx.client()
        .cookies(domain)
        .await
        .map_err(|error| match error {
            CallError::Invalid(text) => Failure::invalid("domain", text),
            other => other.into(),
        })
}

fn bkn(domain: &str, cookies: &Cookies) -> String {
    let qzone = domain == QZONE || domain.ends_with(".qzone.qq.com");
    let token = cookies.page_token().filter(|_| qzone);
    token.unwrap_or_else(|| cookies.token()).to_string()
}
