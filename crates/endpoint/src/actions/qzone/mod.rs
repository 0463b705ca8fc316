//! Qzone (api/newer §4, api/actions §3.14).

mod comments;
mod failure;
mod feeds;
mod likes;
mod pictures;
mod posts;
mod profile;
mod rights;

use nekonap_onebot::Code;

use super::Table;

#[allow(clippy::too_many_lines, reason = "one entry per action")]
pub(super) fn actions(table: &mut Table) {
    table.subject("qzone", "Qzone", "QQ 空间");
    let reading = &[Code::MessageNotFound, Code::PermissionDenied];
    let changing = &[
        Code::MessageNotFound,
        Code::PermissionDenied,
        Code::MaybeSent,
    ];
    table
        .add("send_qzone_msg", posts::send)
        .about(
            "Publishes a post in the account's Qzone.",
            "在自己的 QQ 空间发表说说。",
        )
        .fails(&[
            Code::PermissionDenied,
            Code::MaybeSent,
            Code::FileNotFound,
            Code::LoadFile,
            Code::FileTooLarge,
        ]);
    table
        .add("delete_qzone_msg", posts::delete)
        .about(
            "Deletes a post of the account's Qzone.",
            "删除自己 QQ 空间的说说。",
        )
        .fails(changing);
    table
        .add("get_qzone_msg_list", posts::list)
        .about(
            "Returns the posts of a user's Qzone that the account may see, newest first.",
            "获取某用户 QQ 空间中账号可见的说说,从新到旧。",
        )
        .alias("get_qzone_list", &[])
        .parameter("user_id", "target_uin")
        .parameter("uin", "target_uin")
        .fails(reading);
    table
        .add("get_qzone_msg_detail", posts::detail)
        .about(
            "Returns a post of a Qzone with its first comments.",
            "获取一条说说及其最早的评论。",
        )
        .alias("get_qzone_detail", &[])
        .parameter("user_id", "target_uin")
        .parameter("uin", "target_uin")
        .fails(reading);
    table
        .add("get_qzone_msg_comments", comments::list)
        .about(
            "Returns the comments below a post of a Qzone, oldest first.",
            "获取一条说说的评论,从旧到新。",
        )
        .alias("get_qzone_comments", &[])
        .alias("get_qzone_comment_list", &[])
        .parameter("user_id", "target_uin")
        .parameter("uin", "target_uin")
        .fails(reading);
    table
        .add("get_qzone_comment_replies", comments::replies)
        .about(
            "Returns the answers to a comment below a post of a Qzone, oldest first.",
            "获取说说中一条评论的回复,从旧到新。",
        )
        .alias("get_qzone_msg_replies", &[])
        .alias("get_qzone_replies", &[])
        .parameter("user_id", "target_uin")
        .parameter("uin", "target_uin")
        .fails(reading);
    table
        .add("comment_qzone", comments::comment)
        .about(
            "Comments a post of a Qzone, or answers a comment below it.",
            "评论一条说说,或回复其中的一条评论。",
        )
        .alias("comment_qzone_msg", &[])
        .parameter("user_id", "target_uin")
        .parameter("uin", "target_uin")
        .fails(&[
            Code::MessageNotFound,
            Code::PermissionDenied,
            Code::MaybeSent,
            Code::FileNotFound,
            Code::LoadFile,
            Code::FileTooLarge,
        ]);
    table
        .add("like_qzone", likes::like)
        .about("Likes a post of a Qzone.", "给一条说说点赞。")
        .alias("like_qzone_msg", &[])
        .parameter("user_id", "target_uin")
        .parameter("uin", "target_uin")
        .fails(changing);
    table
        .add("unlike_qzone", likes::unlike)
        .about(
            "Takes the like of a post of a Qzone back.",
            "取消一条说说的点赞。",
        )
        .alias("unlike_qzone_msg", &[])
        .parameter("user_id", "target_uin")
        .parameter("uin", "target_uin")
        .fails(changing);
    table
        .add("get_qzone_feeds", feeds::list)
        .about(
            "Returns what the account's friends posted in their Qzones, newest first.",
            "获取好友的 QQ 空间动态,从新到旧。",
        )
        .alias("get_qzone_feed_list", &[])
        .fails(&[Code::PermissionDenied]);
    table
        .add("set_qzone_msg_right", rights::set)
        .about(
            "Changes who may see a post of the account's Qzone.",
            "修改自己一条说说的可见范围。",
        )
        .alias("set_qzone_msg_permission", &[])
        .fails(changing);
    table
        .add("set_qzone_ban", rights::ban)
        .about(
            "Keeps a user from taking part in the account's Qzone, or lifts that.",
            "禁止某用户在自己的 QQ 空间互动,或取消禁止。",
        )
        .alias("set_qzone_access", &[])
        .parameter("target_uin", "user_id")
        .fails(&[Code::PermissionDenied, Code::UserNotFound, Code::MaybeSent]);
    table
        .add("get_qzone_profile", profile::get)
        .about(
            "Returns name and description of a user's Qzone.",
            "获取某用户 QQ 空间的名称和描述。",
        )
        .parameter("user_id", "target_uin")
        .parameter("uin", "target_uin")
        .fails(&[Code::UserNotFound, Code::PermissionDenied]);
    table
        .add("set_qzone_profile", profile::set)
        .about(
            "Changes name and description of the account's Qzone; no request for it is known, so it always fails.",
            "修改自己 QQ 空间的名称和描述;目前没有已知的请求,因此总是失败。",
        )
        .fails(&[Code::NotSupported]);
}
