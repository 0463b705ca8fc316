//! `set_group_leave` (api/actions §3.6).

use nekonap_client::Role;
use nekonap_ids::GroupUin;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result},
    guards,
};

/// Parameters of `set_group_leave`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupLeave {
    /// Number of the group.
    group_id: GroupUin,
    /// Whether the owner dismisses the group. The owner cannot leave otherwise; for others it has no meaning.
    #[serde(default)]
    is_dismiss: bool,
}

pub(crate) async fn leave(cx: Context, params: SetGroupLeave) -> Result<Done> {
    let group = params.group_id;
    cx.group(group).await?;
    // The same command leaves and dismisses, so the role must be the present one.
    let me = cx.client().member(group, cx.self_id(), true).await?;
    let role = me.ok_or_else(|| guards::no_group(group))?.role;
    if role == Role::Owner && !params.is_dismiss {
        let text = format!("the owner of group {group} can only dismiss it: set `is_dismiss`");
        return Err(Failure::new(Code::PermissionDenied, text));
    }
    cx.client().leave_group(group).await?;
    Ok(Done)
}
