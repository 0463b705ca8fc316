//! `ArkSharePeer`, `ArkShareGroup` (api/actions §3.13), `get_group_share_link` (api/newer §2.1).

use nekonap_ids::{GroupUin, Uin};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// Parameters of `ArkSharePeer`. One of `user_id` and `group_id` is required.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ArkSharePeer {
    /// Group to recommend. Used in place of `user_id` if both are given.
    group_id: Option<GroupUin>,
    /// Friend to recommend.
    user_id: Option<Uin>,
    /// Telephone number that is shown with a friend.
    #[serde(rename = "phoneNumber", default)]
    phone_number: String,
}

/// Parameters of `ArkShareGroup`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ArkShareGroup {
    /// Group to recommend.
    group_id: GroupUin,
}

/// Parameters of `get_group_share_link`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupShareLink {
    /// Number of the group.
    group_id: GroupUin,
    /// Whether a short link is preferred. The server decides which of the two it returns.
    #[serde(default = "yes")]
    #[allow(dead_code)] // Accepted, so that a value of a wrong type is reported.
    need_short_url: bool,
    /// Ignored: it has no place in the request.
    #[serde(default = "source")]
    #[allow(dead_code)] // Accepted, so that a value of a wrong type is reported.
    src_id: i64,
    /// Text that is passed to the link.
    #[serde(default)]
    additional_param: String,
}

const fn yes() -> bool {
    true
}

const fn source() -> i64 {
    73
}

/// A card, by the names of two versions of NapCat.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PeerCard {
    /// Always 0.
    err_code: i32,
    /// Always empty.
    err_msg: &'static str,
    /// The card, as JSON text.
    ark_json: String,
    /// Always 0.
    result: i32,
    /// The same as `arkJson`.
    ark_msg: String,
}

/// A link that invites into a group.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ShareLink {
    /// The link.
    url: String,
}

pub(crate) async fn peer(cx: Context, params: ArkSharePeer) -> Result<PeerCard> {
    let card = match (params.group_id, params.user_id) {
        (Some(group), _) => of_group(&cx, group).await?,
        (None, Some(user)) => {
            cx.friend(user).await?;
            let client = cx.client();
            client.person_card(user, &params.phone_number).await?
        }
        (None, None) => return Err(Failure::missing("user_id")),
    };
    Ok(PeerCard {
        err_code: 0,
        err_msg: "",
        ark_json: card.clone(),
        result: 0,
        ark_msg: card,
    })
}

pub(crate) async fn group(cx: Context, params: ArkShareGroup) -> Result<String> {
    of_group(&cx, params.group_id).await
}

async fn of_group(cx: &Context, group: GroupUin) -> Result<String> {
    cx.group(group).await?;
    Ok(cx.client().group_card(group, "").await?.json)
}

/// The link of the answer, or else the one in the card if a browser can open it.
pub(crate) async fn link(cx: Context, params: GetGroupShareLink) -> Result<ShareLink> {
    let group = params.group_id;
    cx.group(group).await?;
    let client = cx.client();
    let card = client.group_card(group, &params.additional_param).await?;
    if !card.url.is_empty() {
        return Ok(ShareLink { url: card.url });
    }
    match link_of(&card.json) {
        Some(url) => Ok(ShareLink { url }),
        None => Err(Failure::new(
            Code::NotSupported,
            format!("the server gives no link for group {group}"),
        )),
    }
}

/// The web link in a card.
fn link_of(card: &str) -> Option<String> {
    let card: Value = serde_json::from_str(card).ok()?;
    let url = card["meta"]["contact"]["jumpUrl"].as_str()?;
    (url.starts_with("http://") || url.starts_with("https://")).then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_web_link_of_a_card_is_used() {
        let card = |url: &str| format!(r#"{{"meta":{{"contact":{{"jumpUrl":"{url}"}}}}}}"#);
        for url in ["http://a", "https://a"] {
            assert_eq!(link_of(&card(url)).as_deref(), Some(url));
        }
        assert_eq!(link_of(&card("mqqapi://card")), None);
        assert_eq!(link_of("{}"), None);
        assert_eq!(link_of("no card"), None);
    }
}
