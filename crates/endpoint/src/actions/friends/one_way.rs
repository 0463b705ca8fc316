//! `get_unidirectional_friend_list`, `delete_unidirectional_friend` (api/actions §3.4).

use nekonap_ids::Uin;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    actions::{Done, NoParams},
    bot::Context,
    error::{Failure, Result},
};

/// A one-way friend. Some values have several names, for compatibility with different programs.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OneWayFriend {
    /// QQ number.
    user_id: Uin,
    /// Nickname.
    nickname: String,
    /// How the friendship was made; may be empty.
    source: String,
    /// The same as `user_id`.
    uin: Uin,
    /// Uid, the internal id of the user; empty if unknown.
    uid: String,
    /// The same as `nickname`.
    nick_name: String,
    /// Age in years; 0 if unknown.
    age: u32,
}

/// Parameters of `delete_unidirectional_friend`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DeleteOneWayFriend {
    /// QQ number of the one-way friend.
    user_id: Uin,
}

pub(crate) async fn list(cx: Context, _: NoParams) -> Result<Vec<OneWayFriend>> {
    let friends = cx.client().one_way_friends().await?;
    let friends = friends.into_iter().map(|friend| OneWayFriend {
        user_id: friend.uin,
        nickname: friend.nickname.clone(),
        source: friend.source,
        uin: friend.uin,
        uid: friend.uid.map(|uid| uid.to_string()).unwrap_or_default(),
        nick_name: friend.nickname,
        age: friend.age,
    });
    Ok(friends.collect())
}

pub(crate) async fn delete(cx: Context, params: DeleteOneWayFriend) -> Result<Done> {
    let user = params.user_id;
    let friends = cx.client().one_way_friends().await?;
    if friends.iter().all(|friend| friend.uin != user) {
        let text = format!("{user} is not a one-way friend");
        return Err(Failure::new(Code::FriendNotFound, text));
    }
    let text = "no request that removes a one-way friend is known";
    Err(Failure::new(Code::NotSupported, text))
}
