//! Friends and users (api/actions §3.4).

mod category;
mod likes;
mod list;
mod one_way;
mod settings;
mod status;
mod stranger;
mod user;

use nekonap_onebot::Code;

use super::Table;

/// The codes of actions on a friend.
const ON_FRIEND: &[Code] = &[Code::FriendNotFound, Code::UserNotFound];

pub(super) fn actions(table: &mut Table) {
    table.subject("friends", "Friends and users", "好友与用户");
    table
        .add("get_friend_list", list::get)
        .about("Returns the friends of the account.", "获取好友列表。");
    table
        .add("get_stranger_info", stranger::get)
        .about("Returns the profile of any user.", "获取任意用户的资料。")
        .fails(&[Code::UserNotFound]);
    table.add("get_friends_with_category", category::get).about(
        "Returns the friends of the account by category.",
        "获取按分组排列的好友列表。",
    );
    table
        .add("set_friend_remark", settings::remark)
        .about(
            "Sets the account's own remark for a friend.",
            "设置好友备注。",
        )
        .fails(ON_FRIEND);
    table
        .add("set_friend_category", settings::category)
        .about("Moves a friend to a category.", "将好友移到一个分组。")
        .fails(ON_FRIEND);
    table
        .add("delete_friend", settings::delete)
        .about("Deletes a friend.", "删除好友。")
        .parameter("friend_id", "user_id")
        .parameter("id", "user_id")
        .fails(ON_FRIEND);
    table
        .add("get_unidirectional_friend_list", one_way::list)
        .about(
            "Returns people who have the account in their friend list and are not in its own.",
            "获取单向好友列表。",
        );
    table
        .add("delete_unidirectional_friend", one_way::delete)
        .about(
            "Removes a one-way friend; not possible yet.",
            "删除单向好友，目前不支持。",
        )
        .fails(&[Code::FriendNotFound, Code::NotSupported]);
    table
        .add("send_like", likes::send)
        .about("Likes the profile card of a user.", "给用户的名片点赞。")
        .fails(&[Code::UserNotFound, Code::PermissionDenied]);
    table
        .add("get_profile_like", likes::get)
        .about(
            "Returns the likes that the account received and gave, with the people.",
            "获取账号收到和送出的点赞及相关用户。",
        )
        .fails(&[Code::UserNotFound]);
    table.add("get_profile_like_me", likes::me).about(
        "Returns the people who like the account.",
        "获取给账号点赞的用户。",
    );
    table
        .add("get_profile_like_count", likes::count)
        .about(
            "Returns how many likes an account received.",
            "获取一个账号收到的点赞数。",
        )
        .fails(&[Code::UserNotFound]);
    table
        .add("set_input_status", status::typing)
        .about(
            "Shows a friend that the account is typing.",
            "向好友显示“正在输入”。",
        )
        .fails(ON_FRIEND);
    table
        .add("nc_get_user_status", status::get)
        .about(
            "Returns the online status of a user.",
            "获取用户的在线状态。",
        )
        .fails(&[Code::UserNotFound]);
}
