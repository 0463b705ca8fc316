//! Profile and status (api/actions §3.12).

mod avatar;
mod devices;
mod login_info;
mod model;
mod online_status;
mod qidian;
mod robots;
mod set;

use nekonap_onebot::Code;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("profile", "Profile and status", "资料与状态");
    table.add("get_login_info", login_info::get).about(
        "Returns the number and the nickname of the account.",
        "获取账号的 QQ 号和昵称。",
    );
    table
        .add("set_self_longnick", set::signature)
        .about("Sets the signature of the account.", "设置账号的个性签名。")
        .parameter("long_nick", "longNick")
        .parameter("longnick", "longNick");
    table
        .add("set_qq_profile", set::profile)
        .about(
            "Sets the nickname, the signature, the sex and the birthday of the account.",
            "设置账号的昵称、个性签名、性别和生日。",
        )
        .fails(&[Code::NotSupported]);
    table
        .add("set_online_status", online_status::set)
        .about(
            "Sets the online status of the account, which is set again after each reconnection.",
            "设置账号的在线状态，重连后自动恢复。",
        )
        .parameter("extStatus", "ext_status")
        .parameter("batteryStatus", "battery_status");
    table
        .add("set_diy_online_status", online_status::set_custom)
        .about(
            "Sets an online status with an icon and a text of one's own.",
            "设置自定义在线状态（图标和文字）。",
        );
    table.add("get_qq_avatar", avatar::get).about(
        "Returns the address of the avatar of a user or a group.",
        "获取用户或群的头像地址。",
    );
    table.add("get_online_clients", devices::get).about(
        "Returns the other devices on which the account is online.",
        "获取账号在线的其他设备。",
    );
    table.add("_get_model_show", model::get).about(
        "Returns the device models that can be shown to others; there is one.",
        "获取可展示的机型列表，只有一个。",
    );
    table.add("_set_model_show", model::set).about(
        "Chooses the device model that others see; has no effect.",
        "设置展示的机型，无实际效果。",
    );
    table.add("get_robot_uin_range", robots::get).about(
        "Returns the ranges of the numbers of official robots.",
        "获取官方机器人的 QQ 号范围。",
    );
    table
        .add("qidian_get_account_info", qidian::get)
        .about(
            "Returns the data of a Qidian (business) account; not possible with other accounts.",
            "获取企点账号信息，普通账号不支持。",
        )
        .fails(&[Code::NotSupported]);
}
