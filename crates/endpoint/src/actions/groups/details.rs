//! `get_group_detail_info`, `get_group_info_ex` (api/actions §3.5).

use nekonap_ids::{GroupUin, Sequence, Uid, Uin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::group::Group;
use crate::{bot::Context, error::Result, guards};

/// Parameters of both actions.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupDetails {
    /// Number of the group.
    group_id: GroupUin,
}

/// A group with details, by the names of NapCat's kernel.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupDetailInfo {
    #[serde(flatten)]
    group: Group,
    /// Number of the group, as text.
    group_code: String,
    /// Uid of the owner; empty if unknown.
    owner_uid: String,
    /// QQ number of the owner, as text.
    owner_uin: String,
    /// Description of the group.
    finger_memo: String,
    /// Description with its formatting.
    rich_finger_memo: String,
    /// End of the whole group's mute, Unix seconds; 0 if it is not muted.
    #[serde(rename = "shutUpAllTimestamp")]
    mute_all_end: u32,
    /// End of the account's mute, Unix seconds; 0 if it is not muted.
    #[serde(rename = "shutUpMeTimestamp")]
    mute_me_end: u32,
    /// Maximum number of members.
    max_member_num: u32,
    /// Current number of members.
    member_num: u32,
    /// Bits of the kernel.
    group_flag: u32,
    /// More bits of the kernel.
    group_flag_ext: u32,
}

/// More facts about a group, as far as they are known.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupInfoEx {
    /// Number of the group, as text.
    group_code: String,
    /// Always 0.
    result_code: i32,
    /// The facts.
    ext_info: ExtInfo,
}

/// Facts by the names of NapCat's kernel. No public command has most of them: they are 0 or empty.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExtInfo {
    /// Always 0.
    group_info_ext_seq: u32,
    /// Always empty.
    lucky_word_id: &'static str,
    /// Always 0.
    light_char_num: u32,
    /// Always empty.
    lucky_word: &'static str,
    /// Always 0.
    star_id: u32,
    /// Always 1: essence messages are possible.
    essential_msg_switch: u32,
    /// Sequence number of the message that is the group's to-do; 0 if there is none.
    todo_seq: u64,
    /// Always 0.
    blacklist_expire_time: u64,
    /// Always 0.
    has_group_custom_portrait: u32,
    /// The owner.
    group_owner_id: Owner,
    /// Always 0.
    essential_msg_privilege: u32,
    /// Always 0.
    invite_robot_switch: u32,
    /// Always 0.
    invite_robot_member_switch: u32,
    /// Always 0.
    invite_robot_member_examine: u32,
}

/// The owner of a group.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Owner {
    /// QQ number, as text.
    member_uin: String,
    /// Uid; empty if unknown.
    member_uid: String,
    /// Always empty.
    member_qid: &'static str,
}

pub(crate) async fn detail(cx: Context, params: GetGroupDetails) -> Result<GroupDetailInfo> {
    let number = params.group_id;
    let client = cx.client();
    let known = client.group(number, true).await?;
    let known = known.ok_or_else(|| guards::no_group(number))?;
    let details = client.group_details(number).await?;
    let owner = owner(&cx, details.owner).await;
    let mut group = Group::of(&cx, &known).await;
    group.set_level(details.level);
    Ok(GroupDetailInfo {
        group,
        group_code: number.to_string(),
        owner_uid: owner.member_uid,
        owner_uin: owner.member_uin,
        finger_memo: details.description,
        rich_finger_memo: details.rich_description,
        mute_all_end: details.muted_until,
        mute_me_end: details.me_muted_until,
        max_member_num: details.max_members,
        member_num: details.members,
        group_flag: details.flag,
        group_flag_ext: details.flag_ext,
    })
}

pub(crate) async fn extended(cx: Context, params: GetGroupDetails) -> Result<GroupInfoEx> {
    let group = params.group_id;
    cx.group(group).await?;
    let client = cx.client();
    let details = client.group_details(group).await?;
    let todo = client.todo(group).await?;
    Ok(GroupInfoEx {
        group_code: group.to_string(),
        result_code: 0,
        ext_info: ExtInfo {
            group_info_ext_seq: 0,
            lucky_word_id: "",
            light_char_num: 0,
            lucky_word: "",
            star_id: 0,
            essential_msg_switch: 1,
            todo_seq: todo.map_or(0, Sequence::get),
            blacklist_expire_time: 0,
            has_group_custom_portrait: 0,
            group_owner_id: owner(&cx, details.owner).await,
            essential_msg_privilege: 0,
            invite_robot_switch: 0,
            invite_robot_member_switch: 0,
            invite_robot_member_examine: 0,
        },
    })
}

async fn owner(cx: &Context, uid: Option<Uid>) -> Owner {
    let uin = match &uid {
        Some(uid) => cx.client().uin_of(uid).await.ok().flatten(),
        None => None,
    };
    Owner {
        member_uin: uin.map_or(0, Uin::get).to_string(),
        member_uid: uid.map(|uid| uid.to_string()).unwrap_or_default(),
        member_qid: "",
    }
}
