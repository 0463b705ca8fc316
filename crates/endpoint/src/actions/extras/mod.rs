//! Group extras (api/actions §3.7).

mod essence;

use nekonap_onebot::Code;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("extras", "Group extras", "群功能");
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
}
