//! Contact cards and sharing (api/actions §3.13).

mod contact;
mod mini_app;
mod music;

use nekonap_onebot::Code;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("cards", "Contact cards and sharing", "名片与分享");
    table
        .add("ArkSharePeer", contact::peer)
        .about(
            "Returns the card that recommends a friend or a group, as JSON text for a `json` segment. Nothing is sent.",
            "获取推荐好友或群的卡片，内容为可用于 `json` 段的 JSON 文本，不发送任何消息。",
        )
        .alias("send_ark_share", &[])
        .parameter("phone_number", "phoneNumber")
        .fails(&[Code::GroupNotFound, Code::FriendNotFound]);
    table
        .add("ArkShareGroup", contact::group)
        .about(
            "Returns the card that recommends a group, as JSON text for a `json` segment. Nothing is sent.",
            "获取推荐群的卡片，内容为可用于 `json` 段的 JSON 文本，不发送任何消息。",
        )
        .alias("send_group_ark_share", &[])
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_share_link", contact::link)
        .about(
            "Returns a link that invites into a group.",
            "获取邀请加群的链接。",
        )
        .fails(&[Code::GroupNotFound, Code::NotSupported]);
    table
        .add("get_music_ark", music::get)
        .about(
            "Returns the card of a song, made by the configured service, as JSON text for a `json` segment. Nothing is sent.",
            "获取音乐卡片（由配置的签名服务生成），内容为可用于 `json` 段的 JSON 文本，不发送任何消息。",
        )
        .parameter("jumpUrl", "url")
        .parameter("musicUrl", "audio")
        .parameter("preview", "image")
        .parameter("singer", "content")
        .parameter("desc", "content")
        .fails(&[Code::NotSupported]);
    table.add("get_mini_app_ark", mini_app::get).about(
        "Returns the card of a mini-app, for a `json` segment. Nothing is sent.",
        "获取小程序卡片，可用于 `json` 段，不发送任何消息。",
    );
}
