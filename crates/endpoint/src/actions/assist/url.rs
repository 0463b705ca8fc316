//! `check_url_safely` (api/actions §3.15).

use nekonap_client::UrlSafety;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// Longest link, in bytes.
const LONGEST: usize = 8_192;

/// Parameters of `check_url_safely`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct CheckUrlSafely {
    /// The link, 1 to 8,192 bytes.
    #[schemars(example = &"https://example.com/")]
    url: String,
}

/// How safe a link is.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Safety {
    /// 1 safe, 2 unknown, 3 dangerous.
    level: u8,
}

pub(crate) async fn check(cx: Context, params: CheckUrlSafely) -> Result<Safety> {
    let url = params.url.trim();
    if !(1..=LONGEST).contains(&url.len()) {
        let text = format!("it has 1 to {LONGEST} bytes, not {}", url.len());
        return Err(Failure::invalid("url", text));
    }
    let level = match cx.client().check_url(url).await? {
        UrlSafety::Safe => 1,
        UrlSafety::Unknown => 2,
        UrlSafety::Dangerous => 3,
    };
    Ok(Safety { level })
}
