//! `get_stranger_info`: the profile of any user (api/actions §3.4).

use nekonap_ids::Uin;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::user::User;
use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetStrangerInfo {
    user_id: Uin,
    /// Whether to ask the server anew.
    #[serde(default)]
    no_cache: bool,
}

/// A user, with the names that several programs gave the same things.
#[derive(Debug, Serialize, JsonSchema)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "the names are fixed by api/actions §3.4"
)]
pub(crate) struct Stranger {
    #[serde(flatten)]
    user: User,
    uid: String,
    nick: String,
    sign: String,
    #[serde(rename = "longNick")]
    long_nick_camel: String,
    #[serde(rename = "qqLevel")]
    qq_level: u32,
    reg_time: u64,
    is_vip: bool,
    is_svip: bool,
    is_years_vip: bool,
    vip_level: u32,
    status: u32,
    uin: String,
    city: String,
    country: String,
}

pub(crate) async fn get(cx: Context, params: GetStrangerInfo) -> Result<Stranger> {
    let id = params.user_id;
    let Some(known) = cx.client().user(id, params.no_cache).await? else {
        return Err(not_found(id));
    };
    // The remark and the category stand in our own list and not in the other's profile.
    let list = cx.client().friends(false).await?;
    let friend = list.friends.iter().find(|friend| friend.uin == id);
    let user = User::of_user(&known, friend, &list.categories);
    Ok(Stranger {
        uid: known.uid.map(|uid| uid.to_string()).unwrap_or_default(),
        nick: user.nickname.clone(),
        sign: user.long_nick.clone(),
        long_nick_camel: user.long_nick.clone(),
        qq_level: user.level,
        reg_time: known.registered,
        is_vip: false,
        is_svip: false,
        is_years_vip: false,
        vip_level: 0,
        // 10 online; whether somebody is online is asked with `nc_get_user_status`.
        status: 10,
        uin: id.to_string(),
        city: known.city.clone(),
        country: known.country.clone(),
        user,
    })
}

/// The number is no user's.
pub(crate) fn not_found(user: Uin) -> Failure {
    Failure::new(Code::UserNotFound, format!("there is no user {user}"))
}
