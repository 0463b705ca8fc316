//! Friends and users (api/actions §3.4).

mod list;
mod stranger;
mod user;

use nekonap_onebot::Code;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("friends", "Friends and users", "好友与用户");
    table
        .add("get_friend_list", list::get)
        .about("Returns the friends of the account.", "获取好友列表。");
    table
        .add("get_stranger_info", stranger::get)
        .about("Returns the profile of any user.", "获取任意用户的资料。")
        .fails(&[Code::UserNotFound]);
}
