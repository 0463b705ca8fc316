//! The Group object (api/actions §1.8).

use nekonap_client::Group as Known;
use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use crate::bot::Context;

/// A group. What is not known is `0` or `""`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Group {
    /// Number of the group.
    group_id: GroupUin,
    /// Name.
    group_name: String,
    /// Number of members.
    member_count: u32,
    /// Number of members that the group can have.
    max_member_count: u32,
    /// Description.
    group_memo: String,
    /// When the group was made, unix seconds.
    group_create_time: u64,
    /// Always 0.
    group_level: u32,
    /// Our remark for the group.
    group_remark: String,
    /// −1 while the whole group is muted, else 0.
    group_all_shut: i32,
    /// Owner.
    owner_id: u64,
    /// Address of the avatar.
    avatar_url: String,
}

impl Group {
    /// A group that the account is in. The owner is looked up, for the list has only their uid.
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
            avatar_url: format!("https://p.qlogo.cn/gh/{0}/{0}/640", known.uin),
        }
    }
}
