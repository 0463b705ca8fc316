//! `get_group_at_all_remain` (api/actions §3.5).

use nekonap_ids::GroupUin;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{bot::Context, error::Result};

/// Parameters of `get_group_at_all_remain`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupAtAllRemain {
    /// Number of the group.
    group_id: GroupUin,
}

/// How often everybody may still be mentioned today.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AtAllRemain {
    /// Whether the account may mention everybody now.
    can_at_all: bool,
    /// How often all members together still may.
    remain_at_all_count_for_group: u32,
    /// How often the account still may.
    remain_at_all_count_for_uin: u32,
}

pub(crate) async fn get(cx: Context, params: GetGroupAtAllRemain) -> Result<AtAllRemain> {
    cx.group(params.group_id).await?;
    let left = cx.client().everybody_allowance(params.group_id).await?;
    Ok(AtAllRemain {
        can_at_all: left.allowed,
        remain_at_all_count_for_group: left.left_for_group,
        remain_at_all_count_for_uin: left.left_for_me,
    })
}
