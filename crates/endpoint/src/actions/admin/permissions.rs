//! `set_group_robot_add_option`, `set_group_member_invite_policy`, `set_group_member_permissions`,
//! `set_group_new_member_history_visibility` (api/actions §3.6), and LLOneBot's `set_group_msg_mask` and Lagrange's
//! `set_group_bot_status` (api/actions §2).

use nekonap_client::{Invitations, Permission, Role};
use nekonap_ids::{GroupUin, Uin};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result, not_found_is},
};

/// Parameters of `set_group_robot_add_option`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupRobotAddOption {
    /// Number of the group.
    group_id: GroupUin,
    /// 1 allows robots, 0 does not.
    robot_member_switch: Option<u32>,
    /// 1 if an administrator has to agree, 0 if not.
    robot_member_examine: Option<u32>,
}

/// Parameters of `set_group_member_invite_policy`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupMemberInvitePolicy {
    /// Number of the group.
    group_id: GroupUin,
    /// Who may invite.
    policy: Policy,
}

/// Whether members may invite others.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(crate) enum Policy {
    /// Only the owner and administrators invite.
    #[serde(rename = "disabled")]
    Disabled,
    /// An administrator has to agree.
    #[serde(rename = "require_approval")]
    RequireApproval,
    /// Members invite freely.
    #[serde(rename = "no_approval")]
    NoApproval,
    /// Members invite freely as long as the group has fewer than 100 members.
    #[serde(rename = "no_approval_under_100")]
    NoApprovalUnder100,
}

/// Parameters of `set_group_member_permissions`. At least one permission is required.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupMemberPermissions {
    /// Number of the group.
    group_id: GroupUin,
    /// Whether members may upload to albums.
    allow_member_upload_album: Option<bool>,
    /// Whether members may start temporary chats with others.
    allow_member_temporary_session: Option<bool>,
    /// Whether members may create groups with others.
    allow_member_create_group: Option<bool>,
}

/// Parameters of `set_group_new_member_history_visibility`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupNewMemberHistoryVisibility {
    /// Number of the group.
    group_id: GroupUin,
    /// Whether new members see earlier messages.
    #[schemars(example = true)]
    visible: bool,
}

/// Parameters of `set_group_msg_mask`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupMsgMask {
    /// Number of the group.
    group_id: GroupUin,
    /// 1 notify, 2 collect silently, 3 block, 4 receive silently.
    #[schemars(example = 1)]
    mask: u32,
}

/// Parameters of `set_group_bot_status`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupBotStatus {
    /// Number of the group.
    group_id: GroupUin,
    /// QQ number of the bot.
    #[schemars(example = 10_003)]
    bot_id: Uin,
    /// Whether the bot is on.
    #[serde(default = "yes")]
    enable: bool,
}

const fn yes() -> bool {
    true
}

pub(crate) async fn robots(cx: Context, params: SetGroupRobotAddOption) -> Result<Done> {
    let (group, allowed, examined) = (
        params.group_id,
        params.robot_member_switch,
        params.robot_member_examine,
    );
    cx.require(group, Role::Admin).await?;
    if allowed.is_some() || examined.is_some() {
        let client = cx.client();
        client.set_robot_option(group, allowed, examined).await?;
    }
    Ok(Done)
}

pub(crate) async fn invitations(cx: Context, params: SetGroupMemberInvitePolicy) -> Result<Done> {
    let group = params.group_id;
    cx.require(group, Role::Admin).await?;
    let setting = match params.policy {
        Policy::Disabled => Invitations::Disabled,
        Policy::RequireApproval => Invitations::Approval,
        Policy::NoApproval => Invitations::Free,
        Policy::NoApprovalUnder100 => Invitations::FreeUnder100,
    };
    cx.client().set_invitations(group, setting).await?;
    Ok(Done)
}

/// One request for each setting; the first refusal ends the call, and what was done before it stays (api/newer §6).
pub(crate) async fn members(cx: Context, params: SetGroupMemberPermissions) -> Result<Done> {
    let group = params.group_id;
    let settings: Vec<_> = [
        (
            "allow_member_upload_album",
            Permission::UploadToAlbum,
            params.allow_member_upload_album,
        ),
        (
            "allow_member_temporary_session",
            Permission::TemporaryChat,
            params.allow_member_temporary_session,
        ),
        (
            "allow_member_create_group",
            Permission::CreateGroup,
            params.allow_member_create_group,
        ),
    ]
    .into_iter()
    .filter_map(|(name, permission, allowed)| Some((name, permission, allowed?)))
    .collect();
    if settings.is_empty() {
        return Err(Failure::missing("allow_member_upload_album"));
    }
    cx.require(group, Role::Admin).await?;
    for (name, permission, allowed) in settings {
        let set = cx.client().set_permission(group, permission, allowed).await;
        set.map_err(|error| {
            let Failure { code, text } = error.into();
            Failure::new(code, format!("`{name}`: {text}"))
        })?;
    }
    Ok(Done)
}

pub(crate) async fn history(
    cx: Context,
    params: SetGroupNewMemberHistoryVisibility,
) -> Result<Done> {
    let group = params.group_id;
    cx.require(group, Role::Admin).await?;
    let client = cx.client();
    client.set_history_visible(group, params.visible).await?;
    Ok(Done)
}

pub(crate) async fn messages(cx: Context, params: SetGroupMsgMask) -> Result<Done> {
    let group = params.group_id;
    if !(1..=4).contains(&params.mask) {
        return Err(Failure::invalid(
            "mask",
            format!("{} is not 1 to 4", params.mask),
        ));
    }
    cx.group(group).await?;
    cx.client().set_message_mask(group, params.mask).await?;
    Ok(Done)
}

pub(crate) async fn bot(cx: Context, params: SetGroupBotStatus) -> Result<Done> {
    let (group, bot) = (params.group_id, params.bot_id);
    cx.require(group, Role::Admin).await?;
    cx.member(group, bot).await?;
    cx.client()
        .switch_bot(group, bot, params.enable)
        .await
        .map_err(not_found_is(Code::MemberNotFound))?;
    Ok(Done)
}
