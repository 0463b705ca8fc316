//! History and read state (api/actions §3.3).

mod page;
mod read;
mod recent;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table
        .add("get_friend_msg_history", page::friend)
        .parameter("message_id", "message_seq")
        .parameter("seq", "message_seq");
    table
        .add("get_group_msg_history", page::group)
        .parameter("message_id", "message_seq")
        .parameter("seq", "message_seq");
    table.add("get_recent_contact", recent::get);
    table
        .add("mark_msg_as_read", read::any)
        .parameter("userId", "user_id")
        .parameter("groupId", "group_id");
    table.add("mark_private_msg_as_read", read::private);
    table.add("mark_group_msg_as_read", read::group);
    table.add("_mark_all_as_read", read::all);
}
