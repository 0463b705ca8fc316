//! `set_group_kick`, `set_group_kick_members` (api/actions §3.6).

use nekonap_ids::{GroupUin, Uin};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result, not_found_is},
};

/// Parameters of `set_group_kick`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupKick {
    /// Number of the group.
    group_id: GroupUin,
    /// Member to remove.
    user_id: Uin,
    /// Whether the group refuses the member's future applications.
    #[serde(default)]
    reject_add_request: bool,
}

/// Parameters of `set_group_kick_members`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupKickMembers {
    /// Number of the group.
    group_id: GroupUin,
    /// Members to remove. Accounts that are not in the group are left out.
    #[schemars(example = [10_003])]
    user_id: Vec<Uin>,
    /// Whether the group refuses the members' future applications.
    #[serde(default)]
    reject_add_request: bool,
}

pub(crate) async fn one(cx: Context, params: SetGroupKick) -> Result<Done> {
    let (group, user) = (params.group_id, params.user_id);
    cx.outranked(group, user).await?;
    kick(&cx, group, &[user], params.reject_add_request).await
}

pub(crate) async fn several(cx: Context, params: SetGroupKickMembers) -> Result<Done> {
    let group = params.group_id;
    if params.user_id.is_empty() {
        return Err(Failure::invalid("user_id", "the list is empty"));
    }
    cx.group(group).await?;
    let mut members = Vec::new();
    for user in params.user_id {
        match cx.outranked(group, user).await {
            Ok(()) if members.contains(&user) => {}
            Ok(()) => members.push(user),
            Err(failure) if failure.code == Code::MemberNotFound => {}
            Err(failure) => return Err(failure),
        }
    }
    if members.is_empty() {
        let text = format!("none of these accounts is in group {group}");
        return Err(Failure::new(Code::MemberNotFound, text));
    }
    kick(&cx, group, &members, params.reject_add_request).await
}

async fn kick(cx: &Context, group: GroupUin, members: &[Uin], forever: bool) -> Result<Done> {
    cx.client()
        .kick(group, members, forever)
        .await
        .map_err(not_found_is(Code::MemberNotFound))?;
    Ok(Done)
}
