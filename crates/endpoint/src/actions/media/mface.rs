//! `fetch_mface_key` (Lagrange; api/actions §2).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// Stickers per call.
const MAX_FACES: usize = 100;
/// Hex digits of an id.
const DIGITS: usize = 32;

/// Parameters of `fetch_mface_key`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct FetchMfaceKey {
    /// `emoji_id` of stickers, 32 hex digits each, at most 100; a string is one of them.
    #[schemars(example = ["9f31ab0c52d64e7f8091a2b3c4d5e6f7"])]
    emoji_ids: Vec<String>,
}

/// Returns the keys that the segment `mface` needs, in the order of the ids.
pub(crate) async fn keys(cx: Context, params: FetchMfaceKey) -> Result<Vec<String>> {
    let ids = params.emoji_ids;
    if ids.len() > MAX_FACES {
        let text = format!("at most {MAX_FACES} stickers, not {}", ids.len());
        return Err(Failure::invalid("emoji_ids", text));
    }
    let is_id = |id: &String| id.len() == DIGITS && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(at) = ids.iter().position(|id| !is_id(id)) {
        let text = format!("it has {DIGITS} hex digits, not {:?}", ids[at]);
        return Err(Failure::invalid(&format!("emoji_ids[{at}]"), text));
    }
    if ids.is_empty() {
        return Ok(ids);
    }
    Ok(cx.client().market_keys(ids).await?)
}
