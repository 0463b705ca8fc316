//! `set_group_admin`, `set_group_card`, `set_group_special_title` (api/actions §3.6).

use nekonap_client::{Role, push::CardChanged};
use nekonap_ids::{GroupUin, Uin};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::{Context, now},
    error::{Result, not_found_is},
    events,
};

/// Parameters of `set_group_admin`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupAdmin {
    /// Number of the group.
    group_id: GroupUin,
    /// Member whose role changes.
    user_id: Uin,
    /// Whether to make the member administrator; `false` makes an administrator a member again.
    #[serde(default = "yes")]
    enable: bool,
}

/// Parameters of `set_group_card`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupCard {
    /// Number of the group.
    group_id: GroupUin,
    /// Member whose card changes.
    user_id: Uin,
    /// New card; empty or absent removes it.
    #[serde(default)]
    card: String,
}

/// Parameters of `set_group_special_title`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupSpecialTitle {
    /// Number of the group.
    group_id: GroupUin,
    /// Member who gets the title.
    user_id: Uin,
    /// The title, some six Chinese characters at most; empty or absent removes it.
    #[serde(default)]
    special_title: String,
    /// Ignored: titles do not expire.
    #[serde(default = "for_ever")]
    #[allow(dead_code)] // Accepted, so that a value of a wrong type is reported.
    duration: i64,
}

const fn yes() -> bool {
    true
}

const fn for_ever() -> i64 {
    -1
}

pub(crate) async fn admin(cx: Context, params: SetGroupAdmin) -> Result<Done> {
    let (group, user) = (params.group_id, params.user_id);
    cx.require(group, Role::Owner).await?;
    cx.outranked(group, user).await?;
    cx.client()
        .set_admin(group, user, params.enable)
        .await
        .map_err(not_found_is(Code::MemberNotFound))?;
    Ok(Done)
}

/// The event comes from the server's push or from this action, whichever changes the cached card first.
pub(crate) async fn card(cx: Context, params: SetGroupCard) -> Result<Done> {
    let (group, user) = (params.group_id, params.user_id);
    cx.member(group, user).await?;
    if user != cx.self_id() {
        cx.require(group, Role::Admin).await?;
    }
    let before = cx
        .client()
        .set_card(group, user, &params.card)
        .await
        .map_err(not_found_is(Code::MemberNotFound))?;
    if before.is_some() {
        let changed = CardChanged {
            group,
            member: user,
            card: params.card,
            before,
        };
        events::card_changed(cx.bot(), changed, now()).await?;
    }
    Ok(Done)
}

pub(crate) async fn title(cx: Context, params: SetGroupSpecialTitle) -> Result<Done> {
    let (group, user) = (params.group_id, params.user_id);
    cx.require(group, Role::Owner).await?;
    cx.member(group, user).await?;
    cx.client()
        .set_title(group, user, &params.special_title)
        .await
        .map_err(not_found_is(Code::MemberNotFound))?;
    Ok(Done)
}
