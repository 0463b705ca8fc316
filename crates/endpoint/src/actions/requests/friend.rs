//! `set_friend_add_request` (api/actions §3.8).

use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result, not_found_is},
    flags::FriendFlag,
};

/// Number of requests in which a flag is searched.
pub(super) const SEARCHED: u32 = 200;

/// Parameters of `set_friend_add_request`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetFriendAddRequest {
    /// The flag of the request's event.
    #[schemars(example = "fr1.1767225640.u_Fern")]
    flag: String,
    /// Whether the request is accepted.
    #[serde(default = "yes")]
    approve: bool,
    /// Remark for the new friend; empty sets none.
    #[serde(default)]
    remark: String,
}

fn yes() -> bool {
    true
}

/// Answers an ordinary request, or accepts a doubtful one; refusing a doubtful one has no effect.
pub(crate) async fn answer(cx: Context, params: SetFriendAddRequest) -> Result<Done> {
    let flag = FriendFlag::read(&params.flag).ok_or_else(|| no_request(&params.flag))?;
    let client = cx.client();
    let requests = client.friend_requests(SEARCHED).await?;
    let named = || {
        requests
            .iter()
            .filter(|one| !one.own && flag.names(&one.uid, one.time))
    };
    let person = if let Some(pending) = named().find(|one| one.is_pending()) {
        client
            .answer_friend_request(pending.uid, params.approve)
            .await
            .map_err(not_found_is(Code::FlagNotFound))?;
        pending.uid
    } else {
        let doubtful = client.doubtful_friend_requests(SEARCHED).await?;
        let found = doubtful.iter().find(|one| flag.names(&one.uid, one.time));
        match (found, named().next()) {
            (Some(found), _) => {
                if params.approve {
                    client.accept_doubtful_friend(found.uid).await?;
                }
                found.uid
            }
            (None, Some(_)) => return Err(is_checked(&params.flag)),
            (None, None) => return Err(no_request(&params.flag)),
        }
    };
    if params.approve && !params.remark.is_empty() {
        match client.uin_of(&person).await? {
            Some(friend) => client.set_friend_remark(friend, params.remark).await?,
            None => tracing::warn!(%person, "a new friend has no number: the remark is not set"),
        }
    }
    Ok(Done)
}

/// The failure for a flag that names no request.
pub(super) fn no_request(flag: &str) -> Failure {
    let text = format!("there is no request with the flag {flag:?}");
    Failure::new(Code::FlagNotFound, text)
}

/// The failure for a flag of a request that is answered already.
pub(super) fn is_checked(flag: &str) -> Failure {
    let text = format!("the request with the flag {flag:?} is already answered");
    Failure::new(Code::FlagHasBeenChecked, text)
}
