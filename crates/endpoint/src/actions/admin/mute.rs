//! `set_group_ban`, `set_group_whole_ban` (api/actions §3.6).

use nekonap_ids::{GroupUin, Uin};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result, not_found_is},
};

/// Maximum length of a mute, in seconds: less than thirty days.
const MAX_SECONDS: u32 = 2_591_999;

/// Parameters of `set_group_ban`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupBan {
    /// Number of the group.
    group_id: GroupUin,
    /// Member to mute.
    user_id: Uin,
    /// Length in seconds, from 0 to 2,591,999; 0 lifts the mute.
    #[serde(default = "half_an_hour")]
    duration: i64,
}

/// Parameters of `set_group_whole_ban`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupWholeBan {
    /// Number of the group.
    group_id: GroupUin,
    /// Whether to mute the group; `false` lifts the mute.
    #[serde(default = "yes")]
    enable: bool,
}

const fn half_an_hour() -> i64 {
    1_800
}

const fn yes() -> bool {
    true
}

pub(crate) async fn member(cx: Context, params: SetGroupBan) -> Result<Done> {
    let (group, user) = (params.group_id, params.user_id);
    let seconds = u32::try_from(params.duration)
        .ok()
        .filter(|seconds| *seconds <= MAX_SECONDS)
        .ok_or_else(|| {
            let text = format!("{} is not from 0 to {MAX_SECONDS}", params.duration);
            Failure::invalid("duration", text)
        })?;
    cx.outranked(group, user).await?;
    cx.client()
        .mute(group, user, seconds)
        .await
        .map_err(not_found_is(Code::MemberNotFound))?;
    Ok(Done)
}

pub(crate) async fn group(cx: Context, params: SetGroupWholeBan) -> Result<Done> {
    let group = params.group_id;
    cx.require(group, nekonap_client::Role::Admin).await?;
    cx.client().mute_all(group, params.enable).await?;
    Ok(Done)
}
