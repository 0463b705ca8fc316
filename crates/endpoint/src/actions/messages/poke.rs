//! `send_poke`, `group_poke`, `friend_poke` (api/actions §3.1).

use nekonap_ids::{Conversation, GroupUin, Uin};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::Context,
    error::{Result, poke_failed},
};

/// Parameters of `send_poke`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SendPoke {
    /// Person to poke; without `group_id` also the other person of the private chat.
    user_id: Uin,
    /// Group to poke in. Without it, the poke is sent to the private chat.
    #[schemars(example = 20_001)]
    group_id: Option<GroupUin>,
    /// Person to poke, if it is not `user_id`.
    target_id: Option<Uin>,
}

/// Parameters of `group_poke`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GroupPoke {
    /// Number of the group.
    group_id: GroupUin,
    /// Member to poke.
    user_id: Uin,
    /// Member to poke, instead of `user_id`.
    target_id: Option<Uin>,
}

/// Parameters of `friend_poke`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct FriendPoke {
    /// QQ number of the friend: the other person of the private chat.
    user_id: Uin,
    /// Person to poke, if it is not `user_id`: the account itself.
    target_id: Option<Uin>,
}

pub(crate) async fn send(cx: Context, params: SendPoke) -> Result<Done> {
    match params.group_id {
        Some(group) => in_group(&cx, group, params.target_id.unwrap_or(params.user_id)).await,
        None => in_private(&cx, params.user_id, params.target_id).await,
    }
}

pub(crate) async fn group(cx: Context, params: GroupPoke) -> Result<Done> {
    in_group(
        &cx,
        params.group_id,
        params.target_id.unwrap_or(params.user_id),
    )
    .await
}

pub(crate) async fn friend(cx: Context, params: FriendPoke) -> Result<Done> {
    in_private(&cx, params.user_id, params.target_id).await
}

async fn in_group(cx: &Context, group: GroupUin, target: Uin) -> Result<Done> {
    cx.member(group, target).await?;
    poke(cx, Conversation::Group(group), target).await
}

async fn in_private(cx: &Context, friend: Uin, target: Option<Uin>) -> Result<Done> {
    cx.friend(friend).await?;
    poke(cx, Conversation::Friend(friend), target.unwrap_or(friend)).await
}

async fn poke(cx: &Context, conversation: Conversation, target: Uin) -> Result<Done> {
    let poked = cx.client().poke(conversation, target).await;
    poked.map(|()| Done).map_err(poke_failed)
}
