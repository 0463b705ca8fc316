//! `get_stranger_info`: the profile of any user (api/actions §3.4).

use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::user::User;
use crate::{bot::Context, error::Result, guards};

/// Parameters of `get_stranger_info`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetStrangerInfo {
    /// QQ number of the user.
    user_id: Uin,
    /// Whether to fetch from the server instead of the cache.
    #[serde(default)]
    no_cache: bool,
}

/// The profile of a user. Some values have several names, for compatibility with different programs.
#[derive(Debug, Serialize, JsonSchema)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "the names are fixed by api/actions §3.4"
)]
pub(crate) struct Stranger {
    #[serde(flatten)]
    user: User,
    /// Uid, the internal id of the user; empty if unknown.
    uid: String,
    /// The same as `nickname`.
    nick: String,
    /// The same as `long_nick`.
    sign: String,
    /// The same as `long_nick`.
    #[serde(rename = "longNick")]
    long_nick_camel: String,
    /// The same as `level`.
    #[serde(rename = "qqLevel")]
    qq_level: u32,
    /// Time the account was registered, Unix seconds; 0 if unknown.
    reg_time: u64,
    /// Always false.
    is_vip: bool,
    /// Always false.
    is_svip: bool,
    /// Always false.
    is_years_vip: bool,
    /// Always 0.
    vip_level: u32,
    /// Online status, as `nc_get_user_status` returns it.
    status: u32,
    /// The same as `user_id`, as a decimal string.
    uin: String,
    /// City; may be empty.
    city: String,
    /// Country; may be empty.
    country: String,
}

pub(crate) async fn get(cx: Context, params: GetStrangerInfo) -> Result<Stranger> {
    let id = params.user_id;
    let known = cx.client().user(id, params.no_cache).await?;
    let known = known.ok_or_else(|| guards::no_user(id))?;
    let (list, login_days) = tokio::join!(
        // The remark and the category are in the account's friend list and not in the user's profile.
        cx.client().friends(params.no_cache),
        cx.client().login_days(id, params.no_cache)
    );
    let list = list?;
    let friend = list.friends.iter().find(|friend| friend.uin == id);
    let login_days = login_days.unwrap_or_else(|error| {
        tracing::debug!(%error, "the login days of a user are not available");
        None
    });
    let user = User {
        login_days: login_days.unwrap_or_default(),
        ..User::of_user(&known, friend, &list.categories)
    };
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
        status: known.presence.status,
        uin: id.to_string(),
        city: known.city.clone(),
        country: known.country.clone(),
        user,
    })
}
