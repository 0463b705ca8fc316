//! `get_login_info`: our number and nickname, while offline as last known (api/actions §3.12).

use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{actions::NoParams, bot::Context, error::Result};

/// The account.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LoginInfo {
    /// QQ number.
    user_id: Uin,
    /// Nickname; empty until the account was online once.
    nickname: String,
}

pub(crate) async fn get(cx: Context, _: NoParams) -> Result<LoginInfo> {
    let (client, me) = (cx.client(), cx.self_id());
    // The log-in's nickname may be days old. Asking brings the present one; it is kept for a minute.
    if let Err(error) = client.user(me, false).await {
        tracing::debug!(%error, "the account's own profile is not available");
    }
    Ok(LoginInfo {
        user_id: me,
        nickname: client.me().map(|me| me.nickname).unwrap_or_default(),
    })
}
