//! Group extras (api/actions §3.7).

mod essence;
mod notices;
mod sign;
mod todo;

use nekonap_onebot::Code;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("extras", "Group extras", "群功能");
    table
        .add("set_group_sign", sign::sign)
        .about(
            "Signs the account in to a group for the day.",
            "在群里打卡（签到）。",
        )
        .alias("send_group_sign", &[])
        .fails(&[Code::GroupNotFound]);
    table
        .add("_send_group_notice", notices::send)
        .about(
            "Publishes a notice in a group; only the owner and administrators can do this.",
            "发布群公告，仅群主和管理员可用。",
        )
        .fails(&[
            Code::GroupNotFound,
            Code::PermissionDenied,
            Code::NotSupported,
        ]);
    table
        .add("_get_group_notice", notices::list)
        .about(
            "Returns the notices of a group: the newest 20, and those for new members.",
            "获取群公告：最新的 20 条，以及面向新成员的公告。",
        )
        .fails(&[Code::GroupNotFound]);
    table
        .add("_del_group_notice", notices::delete)
        .about(
            "Deletes a notice of a group; only the owner and administrators can do this.",
            "删除群公告，仅群主和管理员可用。",
        )
        .alias("_delete_group_notice", &[])
        .fails(&[Code::GroupNotFound, Code::PermissionDenied]);
    let changing = &[
        Code::GroupNotFound,
        Code::MessageNotFound,
        Code::PermissionDenied,
        Code::NotSupported,
    ];
    table
        .add("set_essence_msg", essence::set)
        .about(
            "Adds a group message to the group's essence messages.",
            "将一条群消息设为精华消息。",
        )
        .fails(changing);
    table
        .add("delete_essence_msg", essence::delete)
        .about(
            "Removes a message from the group's essence messages.",
            "将一条消息移出精华消息。",
        )
        .fails(changing);
    table
        .add("get_essence_msg_list", essence::list)
        .about(
            "Returns the essence messages of a group.",
            "获取群的精华消息列表。",
        )
        .fails(&[Code::GroupNotFound]);
    let on_todo = &[Code::GroupNotFound, Code::MessageNotFound];
    let changing_todo = &[
        Code::GroupNotFound,
        Code::MessageNotFound,
        Code::PermissionDenied,
    ];
    table
        .add("set_group_todo", todo::set)
        .about(
            "Makes a group message the to-do of its group; only the owner and administrators can do this.",
            "将一条群消息设为群待办，仅群主和管理员可用。",
        )
        .fails(changing_todo);
    table
        .add("complete_group_todo", todo::complete)
        .about(
            "Completes the to-do of a group for the account.",
            "完成群待办。",
        )
        .fails(on_todo);
    table
        .add("cancel_group_todo", todo::cancel)
        .about(
            "Removes the to-do of a group; only the owner and administrators can do this.",
            "取消群待办，仅群主和管理员可用。",
        )
        .fails(changing_todo);
}
