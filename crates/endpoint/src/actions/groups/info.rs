//! `get_group_list`, `get_group_info` (api/actions §3.5).

use futures_util::{StreamExt as _, stream};
use nekonap_ids::GroupUin;
use schemars::JsonSchema;
use serde::Deserialize;

use super::group::Group;
use crate::{bot::Context, error::Result, guards};

/// How many owners are looked up concurrently when the list is first requested.
const CONCURRENT_LOOKUPS: usize = 8;

/// Parameters of `get_group_list`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupList {
    /// Whether to fetch from the server instead of the cache.
    #[serde(default)]
    no_cache: bool,
}

/// Parameters of `get_group_info`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupInfo {
    /// Number of the group.
    group_id: GroupUin,
    /// Whether to fetch from the server instead of the cache.
    #[serde(default)]
    no_cache: bool,
}

pub(crate) async fn list(cx: Context, params: GetGroupList) -> Result<Vec<Group>> {
    let groups = cx.client().groups(params.no_cache).await?;
    let cx = &cx;
    Ok(stream::iter(groups.to_vec())
        .map(async move |group| Group::of(cx, &group).await)
        .buffered(CONCURRENT_LOOKUPS)
        .collect()
        .await)
}

pub(crate) async fn get(cx: Context, params: GetGroupInfo) -> Result<Group> {
    let group = if params.no_cache {
        let fresh = cx.client().group(params.group_id, true).await?;
        fresh.ok_or_else(|| guards::no_group(params.group_id))?
    } else {
        cx.group(params.group_id).await?
    };
    Ok(Group::of(&cx, &group).await)
}
