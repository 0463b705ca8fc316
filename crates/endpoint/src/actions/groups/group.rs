//! The Group object (api/actions §1.8).

use nekonap_client::{Group as Known, GroupDetails};
use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{avatars, bot::Context};

/// A group. Unknown values are `0` or `""`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Group {
    /// Number of the group.
    group_id: GroupUin,
    /// Name of the group.
    group_name: String,
    /// Current number of members.
    member_count: u32,
    /// Maximum number of members.
    max_member_count: u32,
    /// Description of the group.
    group_memo: String,
    /// Time the group was created, Unix seconds.
    group_create_time: u64,
    /// Level of the group; 0 except in `get_group_detail_info` and for groups that the account is not in, because the list
    /// of groups does not contain it.
    group_level: u32,
    /// The account's remark for the group.
    group_remark: String,
    /// −1 while the whole group is muted, otherwise 0.
    group_all_shut: i32,
    /// QQ number of the owner.
    owner_id: u64,
    /// URL of the avatar.
    avatar_url: String,
}

impl Group {
    /// Looks up the owner's number, because the group list has only the owner's uid.
    pub(crate) async fn of(cx: &Context, known: &Known) -> Self {
        let owner = match &known.owner {
            Some(uid) => cx.client().uin_of(uid).await.ok().flatten(),
            None => None,
        };
        Self {
            group_id: known.uin,
            group_name: known.name.clone(),
            member_count: known.member_count,
            max_member_count: known.max_members,
            group_memo: known.description.clone(),
            group_create_time: known.created,
            group_level: 0,
            group_remark: known.remark.clone(),
            group_all_shut: if known.all_muted { -1 } else { 0 },
            owner_id: owner.map_or(0, Uin::get),
            avatar_url: avatars::of_group(known.uin),
        }
    }

    /// A group that the account is not in.
    pub(crate) async fn outside(cx: &Context, number: GroupUin, details: &GroupDetails) -> Self {
        let owner = match &details.owner {
            Some(uid) => cx.client().uin_of(uid).await.ok().flatten(),
            None => None,
        };
        Self {
            group_id: number,
            group_name: details.name.clone(),
            member_count: details.members,
            max_member_count: details.max_members,
            group_memo: details.description.clone(),
            group_create_time: details.created,
            group_level: details.level,
            group_remark: String::new(),
            group_all_shut: if details.muted_until > 0 { -1 } else { 0 },
            owner_id: owner.map_or(0, Uin::get),
            avatar_url: format!("https://p.qlogo.cn/gh/{number}/{number}/640"),
        }
    }

    pub(crate) fn set_level(&mut self, level: u32) {
        self.group_level = level;
    }
}
