//! `get_group_member_list`, `get_group_member_info` (api/actions §3.5).

use nekonap_client::{Member as Known, Role};
use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::{Context, now},
    error::Result,
    guards,
};

/// Parameters of `get_group_member_list`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupMemberList {
    /// Number of the group.
    group_id: GroupUin,
    /// Whether to fetch from the server instead of the cache.
    #[serde(default)]
    no_cache: bool,
}

/// Parameters of `get_group_member_info`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupMemberInfo {
    /// Number of the group.
    group_id: GroupUin,
    /// QQ number of the member.
    user_id: Uin,
    /// Whether to fetch from the server instead of the cache.
    #[serde(default)]
    no_cache: bool,
}

/// A member of a group (api/actions §1.8).
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Member {
    /// Number of the group.
    group_id: GroupUin,
    /// QQ number.
    user_id: Uin,
    /// Nickname.
    nickname: String,
    /// Card: the member's name in this group; may be empty.
    card: String,
    /// Always `unknown`.
    sex: &'static str,
    /// Always 0.
    age: u32,
    /// Always empty.
    area: &'static str,
    /// Time the member joined, Unix seconds; 0 if unknown.
    join_time: u64,
    /// Time of the member's last message, Unix seconds; 0 if unknown.
    last_sent_time: u64,
    /// Level in the group, as a decimal string.
    level: String,
    /// `owner`, `admin` or `member`.
    role: &'static str,
    /// Always false.
    unfriendly: bool,
    /// Special title; may be empty.
    title: String,
    /// Always 0.
    title_expire_time: u64,
    /// Whether the account may change the card of this member.
    card_changeable: bool,
    /// Time the mute ends, Unix seconds; 0 while not muted.
    shut_up_timestamp: u64,
    /// Always 0.
    qq_level: u32,
    /// Always false.
    is_robot: bool,
    /// Always 0.
    qage: u32,
}

/// OneBot's name of a role.
pub(crate) const fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Admin => "admin",
        Role::Member => "member",
    }
}

impl Member {
    /// Sets `card_changeable` by the account's own role.
    fn new(group: GroupUin, known: &Known, me: Uin, my_role: Role) -> Self {
        Self {
            group_id: group,
            user_id: known.uin,
            nickname: known.nickname.clone(),
            card: known.card.clone(),
            sex: "unknown",
            age: 0,
            area: "",
            join_time: known.joined,
            last_sent_time: known.last_spoke,
            level: known.level.to_string(),
            role: role(known.role),
            unfriendly: false,
            title: known.title.clone(),
            title_expire_time: 0,
            card_changeable: known.uin == me || my_role != Role::Member,
            shut_up_timestamp: Some(known.muted_until)
                .filter(|&until| until > now())
                .unwrap_or(0),
            qq_level: 0,
            is_robot: false,
            qage: 0,
        }
    }
}

pub(crate) async fn list(cx: Context, params: GetGroupMemberList) -> Result<Vec<Member>> {
    let group = params.group_id;
    cx.group(group).await?;
    let members = cx.client().members(group, params.no_cache).await?;
    let me = cx.self_id();
    let my_role = members.get(me).map_or(Role::Member, |member| member.role);
    Ok(members
        .iter()
        .map(|member| Member::new(group, &member, me, my_role))
        .collect())
}

pub(crate) async fn get(cx: Context, params: GetGroupMemberInfo) -> Result<Member> {
    let (group, user) = (params.group_id, params.user_id);
    cx.group(group).await?;
    let member = cx.client().member(group, user, params.no_cache).await?;
    let member = member.ok_or_else(|| guards::no_member(group, user))?;
    let me = cx.self_id();
    let mine = cx.client().member(group, me, false).await?;
    let my_role = mine.map_or(Role::Member, |mine| mine.role);
    Ok(Member::new(group, &member, me, my_role))
}
