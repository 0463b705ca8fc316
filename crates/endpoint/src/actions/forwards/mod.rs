//! Forwards (api/actions §3.1, §3.2).

mod merged;
mod single;

use nekonap_onebot::Code;

use super::{Table, messages::SENDING};

pub(super) fn actions(table: &mut Table) {
    table.subject("forwards", "Forwards", "转发");
    table
        .add("send_forward_msg", merged::any)
        .about(
            "Sends a merged forward to the person or the group that the parameters name.",
            "向参数所指的用户或群发送合并转发。",
        )
        .fails(SENDING);
    table
        .add("send_group_forward_msg", merged::group)
        .about(
            "Sends a merged forward to a group.",
            "向一个群发送合并转发。",
        )
        .fails(SENDING);
    table
        .add("send_private_forward_msg", merged::private)
        .about(
            "Sends a merged forward to one person.",
            "向一个用户发送合并转发。",
        )
        .fails(SENDING);
    table
        .add("get_forward_msg", merged::get)
        .about(
            "Returns the messages of a merged forward.",
            "获取合并转发中的消息。",
        )
        .fails(&[Code::MessageNotFound]);
    table
        .add("forward_friend_single_msg", single::friend)
        .about(
            "Sends a copy of one message to a person.",
            "将一条消息转发给一个用户。",
        )
        .fails(SENDING);
    table
        .add("forward_group_single_msg", single::group)
        .about(
            "Sends a copy of one message to a group.",
            "将一条消息转发到一个群。",
        )
        .fails(SENDING);
}
