//! Requests (api/actions §3.8).

mod doubtful;
mod friend;
mod group;
mod quick_operation;
mod system_msg;

use nekonap_onebot::Code;

use super::Table;

/// The codes of actions that answer a request.
const ANSWERS: &[Code] = &[Code::FlagNotFound, Code::FlagHasBeenChecked];

pub(super) fn actions(table: &mut Table) {
    table.subject("requests", "Requests", "请求");
    table
        .add("set_friend_add_request", friend::answer)
        .about("Accepts or refuses a friend request.", "处理好友申请。")
        .fails(ANSWERS);
    table
        .add("set_group_add_request", group::answer)
        .about(
            "Accepts or refuses an application to join a group, or an invitation.",
            "处理加群申请或邀请。",
        )
        .parameter("type", "sub_type")
        .fails(&[
            Code::FlagNotFound,
            Code::FlagHasBeenChecked,
            Code::GroupNotFound,
            Code::PermissionDenied,
        ]);
    table
        .add("get_group_system_msg", system_msg::ordinary)
        .about(
            "Returns the applications and invitations of groups, newest first.",
            "获取加群申请与邀请，最新的在前。",
        );
    table
        .add("get_group_ignored_notifies", system_msg::filtered)
        .about(
            "Returns the applications and invitations that QQ filtered out.",
            "获取被过滤的加群申请与邀请。",
        );
    table
        .add(
            "get_group_ignore_add_request",
            system_msg::filtered_applications,
        )
        .about(
            "Returns the applications that QQ filtered out, as one list.",
            "获取被过滤的加群申请列表。",
        );
    table
        .add("get_doubt_friends_add_request", doubtful::list)
        .about(
            "Returns the friend requests that QQ filtered out as doubtful.",
            "获取被过滤的可疑好友申请。",
        );
    table
        .add("set_doubt_friends_add_request", doubtful::answer)
        .about(
            "Accepts a doubtful friend request; refusing has no effect.",
            "同意可疑好友申请，拒绝则无效果。",
        )
        .fails(ANSWERS);
    table
        .add(".handle_quick_operation", quick_operation::handle)
        .about(
            "Replies to an event, recalls its message, or answers its request.",
            "对事件执行快速操作:回复、撤回、处理请求等。",
        );
}
