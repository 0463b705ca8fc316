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
    let number = params.group_id;
    let client = cx.client();
    let mut group = client.group(number, params.no_cache).await?;
    if group.is_none() && !params.no_cache {
        // The account may have just joined.
        group = client.group(number, true).await?;
    }
    if let Some(group) = group {
        return Ok(Group::of(&cx, &group).await);
    }
    match client.other_group(number).await? {
        Some(details) => Ok(Group::outside(&cx, number, &details).await),
        None => Err(guards::no_group(number)),
    }
}
