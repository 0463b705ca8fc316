//! `get_clientkey` (api/actions §3.17).

use schemars::JsonSchema;
use serde::Serialize;

use crate::{actions::NoParams, bot::Context, error::Result};

/// Client key of the session.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SessionKey {
    /// The key. It opens the web pages of the account.
    clientkey: String,
}

pub(crate) async fn get(cx: Context, _: NoParams) -> Result<SessionKey> {
    let key = cx.client().client_key().await?;
    Ok(SessionKey { clientkey: key.key })
}
