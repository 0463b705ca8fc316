//! `set_friend_remark`, `set_friend_category`, `delete_friend` (api/actions §3.4).

use nekonap_ids::Uin;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::{Done, KeyResult},
    bot::Context,
    error::{Result, not_found_is},
};

/// Parameters of `set_friend_remark`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetFriendRemark {
    /// QQ number of the friend.
    user_id: Uin,
    /// The account's own remark for the friend; empty removes it.
    #[schemars(example = "from school")]
    remark: String,
}

/// Parameters of `set_friend_category`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetFriendCategory {
    /// QQ number of the friend.
    user_id: Uin,
    /// Id of the category; 0 is the default category. `get_friends_with_category` returns the ids.
    #[schemars(example = 1)]
    category_id: u32,
}

/// Parameters of `delete_friend`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DeleteFriend {
    /// QQ number of the friend.
    user_id: Uin,
    /// Whether to block the person too.
    #[serde(default)]
    temp_block: bool,
    /// Whether the account is deleted from the friend's list too.
    #[serde(default)]
    temp_both_del: bool,
}

pub(crate) async fn remark(cx: Context, params: SetFriendRemark) -> Result<Done> {
    let friend = params.user_id;
    cx.listed_friend(friend).await?;
    cx.client()
        .set_friend_remark(friend, params.remark)
        .await
        .map_err(not_found_is(Code::FriendNotFound))?;
    Ok(Done)
}

pub(crate) async fn category(cx: Context, params: SetFriendCategory) -> Result<Done> {
    let friend = params.user_id;
    cx.listed_friend(friend).await?;
    cx.client()
        .set_friend_category(friend, params.category_id)
        .await
        .map_err(not_found_is(Code::FriendNotFound))?;
    Ok(Done)
}

pub(crate) async fn delete(cx: Context, params: DeleteFriend) -> Result<KeyResult> {
    let friend = params.user_id;
    cx.listed_friend(friend).await?;
    cx.client()
        .delete_friend(friend, params.temp_block, params.temp_both_del)
        .await
        .map_err(not_found_is(Code::FriendNotFound))?;
    Ok(KeyResult::default())
}
