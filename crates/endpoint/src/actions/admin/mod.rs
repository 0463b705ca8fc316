//! Group administration (api/actions §3.6).

mod anonymous;
mod group;
mod kick;
mod leave;
mod member;
mod mute;
mod permissions;
mod settings;

use nekonap_onebot::Code;

use super::Table;

/// The codes of actions on a group.
const ON_GROUP: &[Code] = &[Code::GroupNotFound, Code::PermissionDenied];
/// The codes of actions on a member.
const ON_MEMBER: &[Code] = &[
    Code::GroupNotFound,
    Code::MemberNotFound,
    Code::PermissionDenied,
    Code::UserNotFound,
];

pub(super) fn actions(table: &mut Table) {
    table.subject("admin", "Group administration", "群管理");
    table
        .add("set_group_kick", kick::one)
        .about("Removes a member from a group.", "将一个成员移出群。")
        .fails(ON_MEMBER);
    table
        .add("set_group_kick_members", kick::several)
        .about(
            "Removes several members from a group with one request.",
            "一次将多个成员移出群。",
        )
        .alias("batch_delete_group_member", &[("user_ids", "user_id")])
        .parameter("user_ids", "user_id")
        .fails(ON_MEMBER);
    table
        .add("set_group_ban", mute::member)
        .about(
            "Mutes a member of a group, or lifts the mute.",
            "禁言一个群成员，或解除禁言。",
        )
        .fails(ON_MEMBER);
    table
        .add("set_group_whole_ban", mute::group)
        .about(
            "Mutes everybody in a group except the owner and administrators, or lifts that mute.",
            "开启或关闭全员禁言。",
        )
        .fails(ON_GROUP);
    table
        .add("set_group_admin", member::admin)
        .about(
            "Makes a member administrator, or a member again; only the owner can do this.",
            "设置或取消管理员，仅群主可用。",
        )
        .fails(ON_MEMBER);
    table
        .add("set_group_card", member::card)
        .about(
            "Sets a member's card, the name in this group.",
            "设置群成员的群名片。",
        )
        .fails(ON_MEMBER);
    table
        .add("set_group_special_title", member::title)
        .about(
            "Gives a member a special title; only the owner can do this.",
            "设置群成员的专属头衔，仅群主可用。",
        )
        .fails(ON_MEMBER);
    table
        .add("set_group_name", group::name)
        .about("Renames a group.", "修改群名。")
        .fails(ON_GROUP);
    table
        .add("set_group_remark", group::remark)
        .about(
            "Sets the account's own remark for a group.",
            "设置账号自己对一个群的备注。",
        )
        .fails(&[Code::GroupNotFound]);
    table
        .add("set_group_add_option", settings::joining)
        .about("Sets how people join a group.", "设置加群方式。")
        .parameter("option", "add_type")
        .fails(ON_GROUP);
    table
        .add("set_group_search", settings::search)
        .about(
            "Sets whether a group can be found by its number or by words.",
            "设置群能否被群号或关键词搜索到。",
        )
        .fails(ON_GROUP);
    permissions(table);
    table
        .add("set_group_leave", leave::leave)
        .about(
            "Leaves a group, or dismisses it if the account owns it.",
            "退出群；账号是群主时可解散群。",
        )
        .fails(ON_GROUP);
    table
        .add("set_group_anonymous", anonymous::allow)
        .about(
            "Fails: QQ no longer has anonymous chat.",
            "总是失败：QQ 已取消匿名聊天。",
        )
        .fails(&[Code::NotSupported]);
    table
        .add("set_group_anonymous_ban", anonymous::mute)
        .about(
            "Fails: QQ no longer has anonymous chat.",
            "总是失败：QQ 已取消匿名聊天。",
        )
        .parameter("flag", "anonymous_flag")
        .fails(&[Code::NotSupported]);
}

/// What members and robots may do, and the account's own setting.
fn permissions(table: &mut Table) {
    table
        .add("set_group_robot_add_option", permissions::robots)
        .about(
            "Sets whether robots may be added to a group, and whether an administrator has to agree.",
            "设置群是否允许添加机器人，以及是否需要审核。",
        )
        .fails(ON_GROUP);
    table
        .add("set_group_member_invite_policy", permissions::invitations)
        .about(
            "Sets whether members may invite others into a group.",
            "设置群成员邀请他人入群的方式。",
        )
        .fails(ON_GROUP);
    table
        .add("set_group_member_permissions", permissions::members)
        .about(
            "Sets what members may do in a group.",
            "设置群成员的权限：上传相册、临时会话、发起群聊。",
        )
        .fails(ON_GROUP);
    table
        .add(
            "set_group_new_member_history_visibility",
            permissions::history,
        )
        .about(
            "Sets whether new members see earlier messages of a group.",
            "设置新成员是否可以查看历史消息。",
        )
        .fails(ON_GROUP);
    table
        .add("set_group_msg_mask", permissions::messages)
        .about(
            "Sets what happens with the messages of a group for the account.",
            "设置账号对一个群的消息接收方式。",
        )
        .fails(&[Code::GroupNotFound]);
    table
        .add("set_group_bot_status", permissions::bot)
        .about(
            "Switches a bot of a group on or off.",
            "开启或关闭群内的机器人。",
        )
        .fails(ON_MEMBER);
}
