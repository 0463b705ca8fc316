//! `get_login_info`: number and nickname of the account, the last known values while offline (api/actions §3.12).

use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{actions::NoParams, bot::Context, error::Result};

/// The account.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LoginInfo {
    /// QQ number.
    user_id: Uin,
    /// Nickname; empty until the account has been online once.
    nickname: String,
}

pub(crate) async fn get(cx: Context, _: NoParams) -> Result<LoginInfo> {
    Ok(LoginInfo {
        user_id: cx.self_id(),
        nickname: cx
            .client()
            .me()
            .map(|me| me.nickname.clone())
            .unwrap_or_default(),
    })
}
