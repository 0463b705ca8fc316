//! History and read state (api/actions §3.3).

mod page;
mod read;
mod recent;

use nekonap_onebot::Code;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("history", "History and read state", "历史与已读");
    table
        .add("get_friend_msg_history", page::friend)
        .about(
            "Returns messages of a private chat.",
            "获取私聊的历史消息。",
        )
        .fails(&[Code::UserNotFound, Code::MessageNotFound])
        .parameter("message_id", "message_seq")
        .parameter("seq", "message_seq");
    table
        .add("get_group_msg_history", page::group)
        .about("Returns messages of a group.", "获取群的历史消息。")
        .fails(&[Code::GroupNotFound, Code::MessageNotFound])
        .parameter("message_id", "message_seq")
        .parameter("seq", "message_seq");
    table.add("get_recent_contact", recent::get).about(
        "Returns the most recent conversations with their last messages.",
        "获取最近的会话及其最后一条消息。",
    );
    let unread = &[
        Code::UserNotFound,
        Code::GroupNotFound,
        Code::MessageNotFound,
    ];
    table
        .add("mark_msg_as_read", read::any)
        .about(
            "Marks a conversation as read, up to a message or to its end.",
            "将会话标为已读,直到某条消息或最新一条。",
        )
        .fails(unread)
        .parameter("userId", "user_id")
        .parameter("groupId", "group_id");
    table
        .add("mark_private_msg_as_read", read::private)
        .about("Marks a private chat as read.", "将私聊标为已读。")
        .fails(unread);
    table
        .add("mark_group_msg_as_read", read::group)
        .about("Marks a group as read.", "将群聊标为已读。")
        .fails(unread);
    table
        .add("_mark_all_as_read", read::all)
        .about("Marks every conversation as read.", "将所有会话标为已读。");
}
