//! `get_friend_list` (api/actions §3.4).

use schemars::JsonSchema;
use serde::Deserialize;

use super::user::User;
use crate::{bot::Context, error::Result};

/// Parameters of `get_friend_list`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetFriendList {
    /// Whether to fetch from the server instead of the cache.
    #[serde(default)]
    no_cache: bool,
}

pub(crate) async fn get(cx: Context, params: GetFriendList) -> Result<Vec<User>> {
    let list = cx.client().friends(params.no_cache).await?;
    Ok(list
        .friends
        .iter()
        .map(|friend| User::of_friend(friend, &list.categories))
        .collect())
}
