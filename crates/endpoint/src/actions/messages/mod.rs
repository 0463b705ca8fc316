//! Messages (api/actions §3.1).

mod get;
mod poke;
mod reaction;
mod recall;
pub(crate) mod send;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.add("send_private_msg", send::private);
    table.add("send_group_msg", send::group);
    table.add("send_msg", send::any);
    table.add("delete_msg", recall::delete);
    table.add("get_msg", get::get);
    table
        .add("set_msg_emoji_like", reaction::set)
        .parameter("is_add", "set")
        .alias(
            "set_group_reaction",
            &[("code", "emoji_id"), ("is_add", "set")],
        );
    table.add("unset_msg_emoji_like", reaction::unset);
    table
        .add("fetch_emoji_like", reaction::fetch)
        .parameter("emoji_id", "emojiId")
        .parameter("emoji_type", "emojiType");
    table.add("get_emoji_likes", reaction::all);
    table.add("send_poke", poke::send);
    table.add("group_poke", poke::group);
    table.add("friend_poke", poke::friend);
}
