//! `get_group_shut_list` (api/actions §3.5).

use nekonap_client::Role;
use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::{Context, now},
    error::Result,
};

/// Parameters of `get_group_shut_list`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupShutList {
    /// Number of the group.
    group_id: GroupUin,
}

/// A muted member: the names of NapCat's examples and of its kernel.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MutedMember {
    /// Uid of the account.
    uid: String,
    /// QQ number, as text.
    uin: String,
    /// Always empty.
    qid: &'static str,
    /// Nickname.
    nick: String,
    /// The account's remark for this friend; empty for others.
    remark: String,
    /// Card: the member's name in this group; may be empty.
    #[serde(rename = "cardName")]
    card_name: String,
    /// Always 0.
    #[serde(rename = "cardType")]
    card_type: u32,
    /// 0 member, 1 owner, 2 administrator.
    role: u32,
    /// Time the mute ends, Unix seconds.
    #[serde(rename = "shutUpTime")]
    mute_end: u64,
    /// QQ number.
    user_id: Uin,
    /// Nickname.
    nickname: String,
    /// Time the mute ends, Unix seconds.
    shut_up_time: u64,
}

/// No command lists them: they are the members whose mute has not ended (protocol/04 §5.5).
pub(crate) async fn list(cx: Context, params: GetGroupShutList) -> Result<Vec<MutedMember>> {
    let group = params.group_id;
    cx.group(group).await?;
    let members = cx.client().members(group, false).await?;
    let friends = cx.client().friends(false).await?;
    let now = now();
    Ok(members
        .iter()
        .filter(|member| member.muted_until > now)
        .map(|member| MutedMember {
            uid: member.uid.to_string(),
            uin: member.uin.to_string(),
            qid: "",
            nick: member.nickname.clone(),
            remark: friends
                .friend(member.uin)
                .map(|friend| friend.remark.clone())
                .unwrap_or_default(),
            card_name: member.card,
            card_type: 0,
            role: match member.role {
                Role::Member => 0,
                Role::Owner => 1,
                Role::Admin => 2,
            },
            mute_end: member.muted_until,
            user_id: member.uin,
            nickname: member.nickname,
            shut_up_time: member.muted_until,
        })
        .collect())
}
