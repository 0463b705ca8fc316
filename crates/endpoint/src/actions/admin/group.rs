//! `set_group_name`, `set_group_remark` (api/actions §3.6).

use nekonap_client::Role;
use nekonap_ids::GroupUin;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result},
};

/// Parameters of `set_group_name`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupName {
    /// Number of the group.
    group_id: GroupUin,
    /// New name; not empty.
    #[schemars(example = "Winter garden")]
    group_name: String,
}

/// Parameters of `set_group_remark`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupRemark {
    /// Number of the group.
    group_id: GroupUin,
    /// The remark; empty removes it.
    #[schemars(example = "The garden")]
    remark: String,
}

pub(crate) async fn name(cx: Context, params: SetGroupName) -> Result<Done> {
    let group = params.group_id;
    if params.group_name.trim().is_empty() {
        return Err(Failure::invalid("group_name", "the name is empty"));
    }
    cx.require(group, Role::Admin).await?;
    cx.client().rename_group(group, params.group_name).await?;
    Ok(Done)
}

pub(crate) async fn remark(cx: Context, params: SetGroupRemark) -> Result<Done> {
    let group = params.group_id;
    cx.group(group).await?;
    cx.client().set_group_remark(group, params.remark).await?;
    Ok(Done)
}
