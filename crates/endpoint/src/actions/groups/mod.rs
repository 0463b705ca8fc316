//! Groups (api/actions §3.5).

mod details;
mod everybody;
mod group;
mod honors;
mod info;
mod members;
mod muted;
mod signed;

use nekonap_onebot::Code;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("groups", "Groups", "群");
    table.add("get_group_list", info::list).about(
        "Returns the groups that the account is in.",
        "获取账号所在的群列表。",
    );
    table
        .add("get_group_info", info::get)
        .about("Returns one group.", "获取一个群的信息。")
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_member_list", members::list)
        .about("Returns the members of a group.", "获取群成员列表。")
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_member_info", members::get)
        .about("Returns one member of a group.", "获取一个群成员的信息。")
        .fails(&[Code::GroupNotFound, Code::MemberNotFound]);
    table
        .add("get_group_at_all_remain", everybody::get)
        .about(
            "Returns how often everybody may still be mentioned in a group today.",
            "获取今天在群中还能 @全体成员 的次数。",
        )
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_shut_list", muted::list)
        .about(
            "Returns the members of a group who are muted now.",
            "获取群中正被禁言的成员。",
        )
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_honor_info", honors::get)
        .about(
            "Returns the members with honours of a group.",
            "获取群荣誉信息。",
        )
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_signed_list", signed::list)
        .about(
            "Returns the members who have signed in to a group today.",
            "获取今天在群里打卡的成员。",
        )
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_detail_info", details::detail)
        .about(
            "Returns one group with details, always fetched from the server.",
            "获取群的详细信息，每次都从服务器获取。",
        )
        .parameter("group", "group_id")
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_info_ex", details::extended)
        .about(
            "Returns more facts about a group, as far as they are known.",
            "获取群的扩展信息，未知的值为 0 或空。",
        )
        .fails(&[Code::GroupNotFound]);
}
