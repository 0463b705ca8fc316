//! System (api/actions §3.16).

mod cache;
mod event;
mod filter;
mod packet;
mod process;
mod status;
mod version;

use nekonap_onebot::Code;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("system", "System", "系统");
    table.add("get_status", status::get).about(
        "Returns whether the account is online, with statistics.",
        "获取账号是否在线以及统计信息。",
    );
    table.add("get_event", event::get).about(
        "Returns the events since the last call with the same key, for programs that poll.",
        "获取上次以相同 key 调用之后的事件,供轮询的程序使用。",
    );
    table.add("get_version_info", version::get).about(
        "Returns the name and the version of the server.",
        "获取服务端的名称和版本。",
    );
    table.add("clean_cache", cache::clean).about(
        "Deletes downloaded media that are not in use; messages stay.",
        "删除未在使用的已下载媒体,不影响消息记录。",
    );
    table
        .add("set_restart", process::restart)
        .about(
            "Disconnects the account from QQ and logs it in again with the saved session; frameworks stay connected.",
            "断开账号与 QQ 的连接，并用已保存的会话重新登录；框架的连接保持不变。",
        )
        .asynchronous();
    table.add("bot_exit", process::exit).about(
        "Takes the account offline and closes its connections; the process ends with its last account.",
        "让账号下线并关闭其所有连接；最后一个账号退出时进程结束。",
    );
    table
        .add("reload_event_filter", filter::reload)
        .about(
            "Reads the configuration again, with the event filters in it.",
            "重新读取配置文件（含事件过滤器）。",
        )
        .fails(&[Code::FileNotFound, Code::LoadFile, Code::NotSupported]);
    table.add("nc_get_packet_status", packet::status).about(
        "Succeeds if commands reach the QQ server.",
        "检查命令能否送达 QQ 服务器，能则成功。",
    );
    table
        .add("send_packet", packet::send)
        .about(
            "Sends a raw command to the QQ server and returns the body of its reply; off unless the configuration allows it.",
            "向 QQ 服务器发送原始命令并返回回应；默认关闭，须在配置中开启。",
        )
        .fails(&[Code::PermissionDenied])
        .alias(".send_packet", &[("command", "cmd")])
        .alias("send_pb", &[("hex", "data")]);
    table
        .add("get_supported_actions", version::supported)
        .about(
            "Returns the names of all actions that can be called.",
            "获取可以调用的所有接口的名称。",
        );
}
