//! `get_doubt_friends_add_request`, `set_doubt_friends_add_request` (api/actions §3.8).

use nekonap_ids::{GroupUin, Uid};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::friend::{SEARCHED, is_checked, no_request};
use crate::{
    actions::Done,
    bot::Context,
    error::{Result, not_found_is},
    flags::FriendFlag,
};

/// Parameters of `get_doubt_friends_add_request`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetDoubtFriendsAddRequest {
    /// Largest number of requests in the list.
    #[serde(default = "fifty")]
    count: u32,
}

fn fifty() -> u32 {
    50
}

/// Parameters of `set_doubt_friends_add_request`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetDoubtFriendsAddRequest {
    /// The flag of the request.
    #[schemars(example = "fr1.1767225640.u_Fern")]
    flag: String,
    /// Whether the request is accepted; refusing has no effect.
    #[serde(default = "yes")]
    approve: bool,
}

fn yes() -> bool {
    true
}

/// A friend request that the server filtered out.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DoubtfulRequest {
    /// Names the request in `set_doubt_friends_add_request`.
    flag: String,
    /// Number of the person who asks; `0` if it is unknown.
    uin: String,
    /// Nickname of the person.
    nick: String,
    /// Where the person found the account.
    source: String,
    /// Why the request was filtered out.
    reason: String,
    /// What the person wrote.
    msg: String,
    /// Number of the group in which the person met the account; `0` if there is none.
    group_code: String,
    /// Time of the request, Unix seconds.
    time: String,
    /// Always `doubt`.
    r#type: &'static str,
}

pub(crate) async fn list(
    cx: Context,
    params: GetDoubtFriendsAddRequest,
) -> Result<Vec<DoubtfulRequest>> {
    let client = cx.client();
    let requests = client.doubtful_friend_requests(params.count).await?;
    let uids: Vec<Uid> = requests.iter().map(|request| request.uid).collect();
    client.look_up(&uids).await?;
    let mut list = Vec::new();
    for request in requests {
        let (uid, time) = (request.uid, request.time);
        let uin = client.uin_of(&uid).await?;
        list.push(DoubtfulRequest {
            flag: FriendFlag::Person { uid, time }.to_string(),
            uin: uin.map_or_else(|| "0".to_owned(), |uin| uin.to_string()),
            nick: request.nickname,
            source: request.source,
            reason: request.warning,
            msg: request.comment,
            group_code: request.group.map_or(0, GroupUin::get).to_string(),
            time: time.to_string(),
            r#type: "doubt",
        });
    }
    Ok(list)
}

pub(crate) async fn answer(cx: Context, params: SetDoubtFriendsAddRequest) -> Result<Done> {
    if !params.approve {
        return Ok(Done);
    }
    let flag = FriendFlag::read(&params.flag).ok_or_else(|| no_request(&params.flag))?;
    let client = cx.client();
    let requests = client.doubtful_friend_requests(SEARCHED).await?;
    let named = requests.iter().find(|one| flag.names(&one.uid, one.time));
    if let Some(named) = named {
        client
            .accept_doubtful_friend(named.uid)
            .await
            .map_err(not_found_is(Code::FlagNotFound))?;
        return Ok(Done);
    }
    // An accepted request is no longer listed, but the person is a friend.
    let list = client.friends(false).await?;
    if list.friends.iter().any(|friend| flag.names(&friend.uid, 0)) {
        return Err(is_checked(&params.flag));
    }
    Err(no_request(&params.flag))
}
