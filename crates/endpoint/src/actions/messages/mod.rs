//! Messages (api/actions §3.1).

mod button;
mod get;
mod poke;
mod reaction;
mod recall;
mod send;
mod voice_text;

use nekonap_onebot::Code;

use super::Table;

/// Failures of sending a message, merged forwards included.
pub(super) const SENDING: &[Code] = &[
    Code::EmptyMessage,
    Code::MixedNodes,
    Code::EmptyNodes,
    Code::GroupNotFound,
    Code::UserNotFound,
    Code::MessageNotFound,
    Code::FileNotFound,
    Code::LoadFile,
    Code::FileTooLarge,
    Code::SendMessage,
    Code::MaybeSent,
    Code::PermissionDenied,
    Code::Muted,
    Code::TooOften,
    Code::NotSupported,
];

/// Failures of reading or changing the reactions of a message.
const REACTIONS: &[Code] = &[
    Code::MessageNotFound,
    Code::GroupNotFound,
    Code::PermissionDenied,
    Code::NotSupported,
];

pub(super) fn actions(table: &mut Table) {
    table.subject("messages", "Messages", "消息");
    table
        .add("send_private_msg", send::private)
        .about("Sends a message to one person.", "向一个用户发送消息。")
        .fails(SENDING);
    table
        .add("send_group_msg", send::group)
        .about("Sends a message to a group.", "向一个群发送消息。")
        .fails(SENDING);
    table
        .add("send_msg", send::any)
        .about(
            "Sends a message to the person or the group that the parameters name.",
            "向参数所指的用户或群发送消息。",
        )
        .fails(SENDING);
    table
        .add("delete_msg", recall::delete)
        .about("Recalls a message.", "撤回一条消息。")
        .fails(&[
            Code::MessageNotFound,
            Code::GroupNotFound,
            Code::PermissionDenied,
        ]);
    table
        .add("get_msg", get::get)
        .about("Returns one message.", "获取一条消息。")
        .fails(&[Code::MessageNotFound]);
    table
        .add("set_msg_emoji_like", reaction::set)
        .about(
            "Adds a reaction to a group message, or removes it.",
            "对群消息添加或取消表情回应。",
        )
        .fails(REACTIONS)
        .parameter("is_add", "set")
        .alias(
            "set_group_reaction",
            &[("code", "emoji_id"), ("is_add", "set")],
        );
    table
        .add("unset_msg_emoji_like", reaction::unset)
        .about(
            "Removes a reaction from a group message.",
            "取消对群消息的表情回应。",
        )
        .fails(REACTIONS);
    table
        .add("fetch_emoji_like", reaction::fetch)
        .about(
            "Returns one page of the people who added a reaction.",
            "分页获取做出某个表情回应的用户。",
        )
        .fails(REACTIONS)
        .parameter("emoji_id", "emojiId")
        .parameter("emoji_type", "emojiType");
    table
        .add("get_emoji_likes", reaction::all)
        .about(
            "Returns all people who added one reaction, or any reaction.",
            "获取做出某个(或任意)表情回应的全部用户。",
        )
        .fails(REACTIONS);
    pokes(table);
}

/// Pokes, and the buttons of bots.
fn pokes(table: &mut Table) {
    table
        .add("send_poke", poke::send)
        .about(
            "Pokes a person, in a group or in a private chat.",
            "在群或私聊中戳一戳某人。",
        )
        .fails(&[
            Code::GroupNotFound,
            Code::MemberNotFound,
            Code::FriendNotFound,
            Code::MaybeSent,
        ]);
    table
        .add("group_poke", poke::group)
        .about("Pokes a member of a group.", "在群里戳一戳某个成员。")
        .fails(&[Code::GroupNotFound, Code::MemberNotFound, Code::MaybeSent]);
    table
        .add("friend_poke", poke::friend)
        .about(
            "Pokes a friend in the private chat.",
            "在私聊中戳一戳好友。",
        )
        .fails(&[Code::FriendNotFound, Code::MaybeSent]);
    table
        .add("fetch_ptt_text", voice_text::fetch)
        .about(
            "Returns what a voice message says, as text.",
            "将语音消息转换为文字。",
        )
        .alias("voice_msg_to_text", &[])
        .fails(&[Code::MessageNotFound]);
    table
        .add("click_inline_keyboard_button", button::click)
        .about(
            "Presses a button below a message of a bot, in a group.",
            "点击群内机器人消息下方的按钮。",
        )
        .alias(
            "send_group_bot_callback",
            &[
                ("bot_id", "bot_appid"),
                ("data_1", "button_id"),
                ("data_2", "callback_data"),
            ],
        )
        .fails(&[
            Code::GroupNotFound,
            Code::MemberNotFound,
            Code::PermissionDenied,
        ]);
}
