//! `nc_get_user_status`, `set_input_status` (api/actions §3.4).

use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{actions::KeyResult, bot::Context, error::Result, guards};

/// Parameters of `nc_get_user_status`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetUserStatus {
    /// QQ number of the user.
    user_id: Uin,
}

/// Parameters of `set_input_status`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetInputStatus {
    /// QQ number of the friend.
    user_id: Uin,
    /// 1 typing, 0 speaking; other values are passed on.
    #[schemars(example = 1)]
    event_type: u32,
}

/// Online status of a user.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct UserStatus {
    /// 10 online, 20 offline, 30 away, 40 invisible, 50 busy, 60 "Q me", 70 do not disturb.
    status: u32,
    /// What the user does, with `status` 10; 0 for nothing special. The values are those of `set_online_status`.
    ext_status: u32,
}

pub(crate) async fn get(cx: Context, params: GetUserStatus) -> Result<UserStatus> {
    let user = params.user_id;
    let known = cx.client().user(user, true).await?;
    let known = known.ok_or_else(|| guards::no_user(user))?;
    Ok(UserStatus {
        status: known.presence.status,
        ext_status: known.presence.ext,
    })
}

pub(crate) async fn typing(cx: Context, params: SetInputStatus) -> Result<KeyResult> {
    let friend = params.user_id;
    cx.listed_friend(friend).await?;
    cx.client().send_typing(friend, params.event_type).await?;
    Ok(KeyResult::default())
}
